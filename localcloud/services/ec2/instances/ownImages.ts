import type { Image, TagSpecification } from "@aws-sdk/client-ec2";
import type * as Sdk from "@aws-sdk/client-ec2";
import { formatArn } from "../../../core/arn";
import { refuseOptions } from "../../../core/errors";
import type { AccessCheck, CallContext } from "../../../core/service";
import type { OperationOf } from "../../../entities/api";
import { tagValues } from "../../../entities/tags";
import { api, ec2Error } from "../api";
import { newId, requestTags, tagsOfNewResource } from "../queries/described";
import { findImage, PUBLIC } from "../catalog/describeImages";
import { checkImageId, unknownImages } from "../catalog/images";
import { instances } from "./instances";
import type { Ec2Store, Stored } from "../store";

type Operation<Name> = OperationOf<typeof Sdk, Ec2Store, Name>;
type Context = CallContext<Ec2Store>;
type Place = Parameters<typeof formatArn>[1];
type Given = Pick<Image, "Name" | "Description">;

/**
 * Makes an image of an instance, complete at once. It has no disks to copy, so the instance is not rebooted.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html
 */
export const createImage: Operation<"CreateImage"> = {
  access: ({ InstanceId, TagSpecifications }, context) => [
    check(
      "CreateImage",
      `instance/${InstanceId}`,
      context,
      context.store.instances.get(InstanceId),
    ),
    ...checksOfNewImage("CreateImage", TagSpecifications, context),
  ],
  run({ InstanceId, Name, Description, TagSpecifications, ...options }, context) {
    refuseOptions(options, ["BlockDeviceMappings", "SnapshotLocation"], "ec2:CreateImage");
    const { shape } = instances.at(InstanceId, context);
    const source = findImage(shape.ImageId ?? "", context.store)?.shape ?? unknownSource(shape);
    const made = { SourceInstanceId: InstanceId, SourceImageId: shape.ImageId };
    return addImage({ ...source, ...made }, { Name, Description }, TagSpecifications, context);
  },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopyImage.html */
export const copyImage: Operation<"CopyImage"> = {
  access: ({ TagSpecifications }, context) =>
    checksOfNewImage("CopyImage", TagSpecifications, context),
  run({ Name, Description, SourceImageId, SourceRegion, TagSpecifications, ...options }, context) {
    const unsupported = [
      "DestinationOutpostArn",
      "Encrypted",
      "KmsKeyId",
      "CopyImageTags",
    ] as const;
    refuseOptions(options, unsupported, "ec2:CopyImage");
    checkImageId(SourceImageId);
    if (SourceRegion !== context.region)
      refuseOptions({ "another region": SourceRegion }, ["another region"], "ec2:CopyImage");
    const source = findImage(SourceImageId, context.store);
    if (!source) throw unknownImages([SourceImageId]);
    const made = { SourceImageId, SourceImageRegion: SourceRegion };
    const given = { Name, Description: Description ?? "" };
    return addImage({ ...source.shape, ...made }, given, TagSpecifications, context);
  },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeregisterImage.html */
export const deregisterImage: Operation<"DeregisterImage"> = {
  access: ({ ImageId }, context) => [
    check(
      "DeregisterImage",
      `image/${ImageId}`,
      noAccount(context),
      context.store.images.get(ImageId),
    ),
  ],
  run({ ImageId, ...options }, { store }) {
    refuseOptions(options, ["DeleteAssociatedSnapshots"], "ec2:DeregisterImage");
    checkImageId(ImageId);
    if (PUBLIC.some(({ id }) => id === ImageId))
      throw ec2Error("AuthFailure", `Not authorized for image:${ImageId}`);
    if (!store.images.delete(ImageId)) throw unknownImages([ImageId]);
    store.deregistered.add(ImageId);
    return { Return: true };
  },
};

function addImage(
  source: Image,
  given: Given,
  specifications: readonly TagSpecification[] | undefined,
  { accountId, clock, store }: Context,
): { ImageId: string } {
  const { Name = "" } = given;
  checkName(Name, store);
  const tags = tagsOfNewResource(specifications, "image", "snapshot");
  const id = newId("ami");
  const { ImageOwnerAlias: _alias, PublicSsmParameterName: _parameter, ...kept } = source;
  const shape: Image = {
    ...kept,
    ...given,
    BlockDeviceMappings: source.BlockDeviceMappings?.map(({ Ebs, ...device }) => ({
      ...device,
      ...(Ebs && { Ebs: { ...Ebs, SnapshotId: newId("snap") } }),
    })),
    CreationDate: clock.date().toISOString(),
    ImageId: id,
    ImageLocation: `${accountId}/${Name}`,
    OwnerId: accountId,
    Public: false,
    State: "available",
  };
  store.images.set(id, { id, shape, tags });
  return { ImageId: id };
}

/**
 * The characters are those of https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html; the text,
 * from https://github.com/base2Services/shelvery-aws-backups/issues/28, names fewer.
 */
function checkName(name: string, store: Ec2Store): void {
  if (!/^[\w().\-/ [\]'@]{3,128}$/.test(name))
    throw ec2Error(
      "InvalidAMIName.Malformed",
      "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', " +
        "'/' and '_'",
    );
  const used = [...store.images.values()].find(({ shape }) => shape.Name === name);
  if (used)
    throw ec2Error(
      "InvalidAMIName.Duplicate",
      `AMI name ${name} is already in use by AMI ${used.id}`,
    );
}

/** Returns what is known of an image of which this cloud knows only the id. */
function unknownSource({ Architecture }: { readonly Architecture?: Image["Architecture"] }): Image {
  return {
    Architecture,
    BlockDeviceMappings: [],
    EnaSupport: true,
    Hypervisor: "xen",
    ImageType: "machine",
    PlatformDetails: "Linux/UNIX",
    RootDeviceName: "/dev/xvda",
    RootDeviceType: "ebs",
    UsageOperation: "RunInstances",
    VirtualizationType: "hvm",
  };
}

function checksOfNewImage(
  action: string,
  specifications: readonly TagSpecification[] | undefined,
  context: Context,
): AccessCheck[] {
  const created = requestTags(specifications);
  const resource = formatArn("ec2", noAccount(context), "image/*");
  const tagging = { action: "ec2:CreateTags", resource };
  return [
    { action: `ec2:${action}`, resource, context: created },
    ...(specifications?.length
      ? [{ ...tagging, context: { ...created, "ec2:CreateAction": action } }]
      : []),
  ];
}

function check(action: string, path: string, place: Place, of?: Stored<unknown>): AccessCheck {
  const context = tagValues(api.tagConditions, of?.tags);
  return { action: `ec2:${action}`, resource: formatArn("ec2", place, path), context };
}

/** Images have no account in their ARN. */
function noAccount({ region }: Context): Place {
  return { region, accountId: "" };
}
