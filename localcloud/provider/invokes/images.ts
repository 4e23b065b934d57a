import type { DescribeImagesRequest, Image } from "@aws-sdk/client-ec2";
import { formatArn } from "../../core/arn";
import { ec2 } from "../resources/ec2/client";
import type { Properties, ProviderContext } from "../types";

/** Arguments that select images. */
interface ImageQuery {
  readonly executableUsers?: string[];
  readonly filters?: readonly { readonly name: string; readonly values: string[] }[];
  readonly includeDeprecated?: boolean;
  readonly nameRegex?: string;
  readonly owners?: string[];
}

/**
 * Finds an image; exactly one must match, unless `mostRecent` chooses the newest. Conditions and texts are those of
 * https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ec2/ec2_ami_data_source.go
 */
export async function getAmi(args: Properties, context: ProviderContext): Promise<Properties> {
  refuseImagesOfAnyone(args);
  const found = await findImages(args, context);
  if (found.length === 0)
    throw new Error(
      "Your query returned no results. Please change your search criteria and try again.",
    );
  if (found.length > 1 && args.mostRecent !== true)
    throw new Error(
      "Your query returned more than one result. Please try a more specific search criteria, or set `most_recent` " +
        "attribute to true.",
    );
  return { ...args, ...resultOf(found[0], args, context) };
}

/** Returns the ids, the newest first unless `sortAscending` is true. */
export async function getAmiIds(args: Properties, context: ProviderContext): Promise<Properties> {
  const ids = (await findImages(args, context)).map(({ ImageId }) => ImageId);
  if (args.sortAscending === true) ids.reverse();
  const region = args.region ?? context.aws.region;
  return { ...args, id: region, ids, region };
}

function refuseImagesOfAnyone(args: Properties): void {
  const { owners = [], filters = [] } = args as ImageQuery;
  const isFiltered = filters.some(({ name }) => name === "image-id" || name === "owner-id");
  if (
    args.mostRecent !== true ||
    owners.length > 0 ||
    isFiltered ||
    args.allowUnsafeFilter === true
  )
    return;
  throw new Error(
    'Most Recent Image Not Filtered: "most_recent" is set to "true" and results are not filtered by owner or image ' +
      "ID. With this configuration, a third party may introduce a new image which will be returned by this data " +
      "source. Filter by owner or image ID to avoid this possibility.",
  );
}

/** Returns the images that match, the newest first. */
async function findImages(args: Properties, context: ProviderContext): Promise<Image[]> {
  const { executableUsers, filters, includeDeprecated, nameRegex, owners } = args as ImageQuery;
  const request: DescribeImagesRequest = {
    ExecutableUsers: executableUsers,
    Filters: filters?.map(({ name, values }) => ({ Name: name, Values: values })),
    IncludeDeprecated: includeDeprecated ?? false,
    Owners: owners,
  };
  const found: Image[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2.send("DescribeImages", { ...request, NextToken }, context);
    found.push(...(page.Images ?? []));
    ({ NextToken } = page);
  } while (NextToken);
  const named = nameRegex === undefined ? undefined : new RegExp(nameRegex);
  return found
    .filter(({ Name = "" }) => named === undefined || named.test(Name))
    .sort((a, b) => (b.CreationDate ?? "").localeCompare(a.CreationDate ?? ""));
}

function resultOf(image: Image, args: Properties, context: ProviderContext): Properties {
  const { ImageId: id = "", RootDeviceName: rootDeviceName, StateReason: reason } = image;
  const { BlockDeviceMappings: devices = [] } = image;
  const region = String(args.region ?? context.aws.region);
  const root = devices.find(({ DeviceName }) => DeviceName === rootDeviceName);
  return {
    id,
    imageId: id,
    // Images have no account in their ARN.
    arn: formatArn("ec2", { region, accountId: "" }, `image/${id}`),
    architecture: image.Architecture,
    blockDeviceMappings: devices.map(({ DeviceName, Ebs = {}, VirtualName = "" }) => ({
      deviceName: DeviceName,
      virtualName: VirtualName,
      noDevice: "",
      ebs: {
        delete_on_termination: String(Ebs.DeleteOnTermination ?? false),
        encrypted: String(Ebs.Encrypted ?? false),
        iops: String(Ebs.Iops ?? 0),
        snapshot_id: Ebs.SnapshotId ?? "",
        throughput: String(Ebs.Throughput ?? 0),
        volume_size: String(Ebs.VolumeSize ?? 0),
        volume_type: Ebs.VolumeType ?? "",
      },
    })),
    bootMode: image.BootMode ?? "",
    creationDate: image.CreationDate,
    deprecationTime: image.DeprecationTime ?? "",
    description: image.Description ?? "",
    enaSupport: image.EnaSupport ?? false,
    hypervisor: image.Hypervisor,
    imageLocation: image.ImageLocation,
    imageOwnerAlias: image.ImageOwnerAlias ?? "",
    imageType: image.ImageType,
    imdsSupport: image.ImdsSupport ?? "",
    kernelId: image.KernelId ?? "",
    lastLaunchedTime: image.LastLaunchedTime ?? "",
    name: image.Name,
    ownerId: image.OwnerId,
    platform: image.Platform ?? "",
    platformDetails: image.PlatformDetails,
    productCodes: [],
    public: image.Public ?? false,
    ramdiskId: image.RamdiskId ?? "",
    region,
    rootDeviceName,
    rootDeviceType: image.RootDeviceType,
    rootSnapshotId: root?.Ebs?.SnapshotId ?? "",
    sriovNetSupport: image.SriovNetSupport ?? "",
    state: image.State,
    stateReason: { code: reason?.Code ?? "UNSET", message: reason?.Message ?? "UNSET" },
    tags: Object.fromEntries((image.Tags ?? []).map(({ Key = "", Value }) => [Key, Value])),
    tpmSupport: image.TpmSupport ?? "",
    usageOperation: image.UsageOperation,
    virtualizationType: image.VirtualizationType,
  };
}
