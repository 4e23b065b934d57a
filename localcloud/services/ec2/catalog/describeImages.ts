import type { Image } from "@aws-sdk/client-ec2";
import type * as Sdk from "@aws-sdk/client-ec2";
import { PUBLIC_IMAGES, type PublicImage } from "../../../core/publicImages";
import type { OperationOf, InputOf } from "../../../entities/api";
import { pageOf } from "../../../entities/paging";
import { api, ec2Error } from "../api";
import { shown } from "../queries/described";
import { checkFilters, matches } from "../queries/filters";
import { checkImageId, unknownImages } from "./images";
import type { Ec2Store, Stored } from "../store";

type Input = InputOf<typeof Sdk, "DescribeImages">;

export const PUBLIC: readonly Stored<Image>[] = PUBLIC_IMAGES.map((image) => ({
  id: image.id,
  shape: shapeOf(image),
  tags: new Map(),
}));

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html */
export const describeImages: OperationOf<typeof Sdk, Ec2Store, "DescribeImages"> = {
  run(input, { accountId, store }) {
    const { ImageIds: ids = [], Filters: filters } = input;
    checkFilters("DescribeImages", filters);
    checkIds(ids, store);
    const { items, next } = pageOf(api.model("DescribeImages"), input, {
      items: [...PUBLIC, ...store.images.values()].filter(
        (image) =>
          (ids.length === 0 || ids.includes(image.id)) &&
          isOfOwner(image.shape, input, accountId) &&
          isForUser(image.shape, input) &&
          matches(image, "DescribeImages", filters),
      ),
      key: ({ id }) => id,
      max: 1000,
      invalidToken: api.errors.invalidToken,
    });
    return { Images: items.map(shown), ...next };
  },
};

/** Returns one of AWS's public images or of the account's own. */
export function findImage(id: string, store: Ec2Store): Stored<Image> | undefined {
  return store.images.get(id) ?? PUBLIC.find((image) => image.id === id);
}

function checkIds(ids: readonly string[], store: Ec2Store): void {
  for (const id of ids) checkImageId(id);
  const missing = ids.filter((id) => !findImage(id, store));
  if (missing.length > 0) throw unknownImages(missing);
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

/** Accounts and `self` select images that were shared with them explicitly; here none is. */
function isForUser({ Public }: Image, { ExecutableUsers: users = [] }: Input): boolean {
  return users.length === 0 || (Public === true && users.includes("all"));
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
