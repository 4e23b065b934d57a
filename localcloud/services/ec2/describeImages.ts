import type { Image } from "@aws-sdk/client-ec2";
import type * as Sdk from "@aws-sdk/client-ec2";
import { PUBLIC_IMAGES, type PublicImage } from "../../core/publicImages";
import type { Hand, InputOf } from "../../entities/api";
import { pageOf } from "../../entities/paging";
import { api, ec2Error } from "./api";
import { shown } from "./described";
import { checkFilters, matches } from "./filters";
import { checkImageId } from "./images";
import type { Ec2Store, Stored } from "./store";

type Input = InputOf<typeof Sdk, "DescribeImages">;

const IMAGES: readonly Stored<Image>[] = PUBLIC_IMAGES.map((image) => ({
  id: image.id,
  shape: shapeOf(image),
  tags: new Map(),
}));

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html */
export const describeImages: Hand<typeof Sdk, Ec2Store, "DescribeImages"> = {
  run(input, { accountId }) {
    const { ImageIds: ids = [], Filters: filters } = input;
    checkFilters("DescribeImages", filters);
    checkIds(ids);
    const { items, next } = pageOf(api.model("DescribeImages"), input, {
      items: IMAGES.filter(
        (image) =>
          (ids.length === 0 || ids.includes(image.id)) &&
          isOfOwner(image.shape, input, accountId) &&
          isForUser(input) &&
          matches(image, "DescribeImages", filters),
      ),
      key: ({ id }) => id,
      max: 1000,
      invalidToken: api.errors.invalidToken,
    });
    return { Images: items.map(shown), ...next };
  },
};

/** Texts from https://github.com/n8n-io/n8n-benchmarking/issues/5 */
function checkIds(ids: readonly string[]): void {
  for (const id of ids) checkImageId(id);
  const missing = ids.filter((id) => !IMAGES.some((image) => image.id === id));
  if (missing.length === 0) return;
  const what = missing.length === 1 ? "image id" : "image ids";
  const verb = missing.length === 1 ? "does" : "do";
  throw ec2Error(
    "InvalidAMIID.NotFound",
    `The ${what} '[${missing.join(", ")}]' ${verb} not exist`,
  );
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html: InvalidUserID.Malformed */
function isOfOwner(image: Image, { Owners: owners = [] }: Input, accountId: string): boolean {
  for (const owner of owners)
    if (!/^(\d{12}|self|amazon|aws-backup-vault|aws-marketplace)$/.test(owner))
      throw ec2Error("InvalidUserID.Malformed", `Invalid user id: "${owner}"`);
  const ids = owners.map((owner) => (owner === "self" ? accountId : owner));
  return (
    ids.length === 0 ||
    ids.includes(image.OwnerId ?? "") ||
    ids.includes(image.ImageOwnerAlias ?? "")
  );
}

/** Accounts and `self` select images that were shared with them explicitly; here there are only public ones. */
function isForUser({ ExecutableUsers: users = [] }: Input): boolean {
  return users.length === 0 || users.includes("all");
}

function shapeOf(image: PublicImage): Image {
  const { architecture, id, name, ownerAlias, ownerId, rootDevice, volume } = image;
  return {
    Architecture: architecture,
    BlockDeviceMappings: [
      {
        DeviceName: rootDevice,
        Ebs: {
          DeleteOnTermination: true,
          Encrypted: false,
          SnapshotId: id.replace("ami-", "snap-"),
          VolumeSize: volume.sizeGib,
          VolumeType: volume.type,
        },
      },
    ],
    BootMode: architecture === "arm64" ? "uefi" : "uefi-preferred",
    CreationDate: image.createdAt.toISOString(),
    Description: image.description,
    EnaSupport: true,
    Hypervisor: "xen",
    ImageId: id,
    ImageLocation: `${ownerAlias ?? ownerId}/${name}`,
    ImageOwnerAlias: ownerAlias,
    ImageType: "machine",
    Name: name,
    OwnerId: ownerId,
    ...(image.isWindows && { Platform: "Windows" as const }),
    PlatformDetails: image.isWindows ? "Windows" : "Linux/UNIX",
    Public: true,
    PublicSsmParameterName: image.parameter,
    RootDeviceName: rootDevice,
    RootDeviceType: "ebs",
    SriovNetSupport: "simple",
    State: "available",
    UsageOperation: image.isWindows ? "RunInstances:0002" : "RunInstances",
    VirtualizationType: "hvm",
  };
}
