import type { Instance, Reservation, Subnet } from "@aws-sdk/client-ec2";
import type * as Sdk from "@aws-sdk/client-ec2";
import type { AccessCheck, CallContext } from "../../../core/service";
import type { InputOf } from "../../../entities/api";
import { AwsError, refuseOptions } from "../../../core/errors";
import { refuseWithoutRoom } from "../catalog/poolLimits";
import { freeAddresses } from "../network/addresses";
import { ec2Error, invalidParameter } from "../errors";
import { givenTags, newId, notFound, tagsOfNewResource } from "../queries/described";
import { checkArchitecture, imageId } from "../catalog/images";
import { boot, state } from "./instanceStates";
import { architectureOf } from "../catalog/instanceTypes";
import { publicKeyOf } from "./keyPairs";
import { checkLaunch } from "./launchChecks";
import { dataOf, launchTemplates } from "./launchTemplates";
import { addPrimaryInterface, showInterfaces } from "../network/interfaces";
import { vpcGroups } from "../network/securityGroups";
import { shownInstance } from "./shownInstance";
import { LOOPBACK } from "../ssh/host";
import type { Ec2Store, Stored, StoredInstance } from "../store";

type Context = CallContext<Ec2Store>;
type Input = InputOf<typeof Sdk, "RunInstances">;

/** Parameters of a launch: the request merged with its launch template. */
type Launch = Omit<Input, "LaunchTemplate">;

/** Options that would change what a program sees. */
const UNSUPPORTED = [
  "DisableApiStop",
  "Ipv6AddressCount",
  "Ipv6Addresses",
  "NetworkInterfaces",
  "PrivateIpAddress",
] as const satisfies readonly (keyof Launch)[];

/** Resource types that RunInstances can tag. */
const TAGGABLE_TYPES = ["instance", "volume", "network-interface"] as const;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html */
export function runInstances(input: Input, context: Context): Reservation {
  const { store } = context;
  const token = input.ClientToken ?? "";
  const request = JSON.stringify(input);
  const earlier = store.runs.get(token);
  if (token && earlier) {
    if (earlier.request !== request)
      throw ec2Error(
        "IdempotentParameterMismatch",
        "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
      );
    return reservation(
      earlier.ids.flatMap((id) => store.instances.get(id) ?? []),
      context,
    );
  }
  const launch = launchOf(input, context);
  if (input.LaunchTemplate) checkLaunch(launch);
  refuseOptions(launch, UNSUPPORTED, "ec2:RunInstances");
  const { MinCount: min, MaxCount: max } = launch;
  if (min < 1 || max < min)
    throw invalidParameter(`Invalid value '${max}' for MaxCount. It must be at least MinCount.`);
  if (launch.ImageId === undefined)
    throw ec2Error("MissingParameter", "The request must contain the parameter ImageId");
  const ImageId = imageId(launch.ImageId, store);
  const InstanceType = launch.InstanceType ?? "m1.small";
  checkArchitecture(ImageId, InstanceType, store);
  const subnet = subnetOf(launch, store);
  const groups = vpcGroups(groupIds(launch, context), subnet.shape.VpcId, context);
  const keyPair = publicKeyOf(launch.KeyName, store);
  const IamInstanceProfile = profileOf(launch, context);
  const count = Math.min(max, freeAddresses(store, subnet));
  // Text from https://github.com/PrairieLearn/PrairieLearn/issues/3271
  if (count < min)
    throw ec2Error(
      "InsufficientFreeAddressesInSubnet",
      `There are not enough free addresses in subnet '${subnet.id}' to satisfy the requested number of instances.`,
    );
  const isSpot = launch.InstanceMarketOptions?.MarketType === "spot";
  const zone = subnet.shape.AvailabilityZone ?? "";
  refuseWithoutRoom(store, InstanceType, zone, isSpot ? "spot" : "on-demand");
  const readTags = context.principal.type === "service" ? givenTags : tagsOfNewResource;
  const tagsFor = (kind: "instance" | "network-interface") =>
    readTags(launch.TagSpecifications, kind, ...TAGGABLE_TYPES);
  const tags = tagsFor("instance");
  const reservationId = newId("r");
  const made = Array.from({ length: count }, (_, index): StoredInstance => {
    const id = newId("i");
    const shape: Instance = {
      InstanceId: id,
      ImageId,
      InstanceType,
      KeyName: launch.KeyName,
      LaunchTime: context.clock.date(),
      AmiLaunchIndex: index,
      ClientToken: input.ClientToken,
      Placement: { AvailabilityZone: subnet.shape.AvailabilityZone, Tenancy: "default" },
      Monitoring: { State: launch.Monitoring?.Enabled ? "enabled" : "disabled" },
      SubnetId: subnet.id,
      VpcId: subnet.shape.VpcId,
      ...(subnet.shape.MapPublicIpOnLaunch && { PublicIpAddress: LOOPBACK }),
      SecurityGroups: groups,
      IamInstanceProfile,
      State: state("pending"),
      StateTransitionReason: "",
      Architecture: architectureOf(InstanceType) ?? "x86_64",
      ...(isSpot && { InstanceLifecycle: "spot" }),
    };
    const { UserData: userData, DisableApiTermination: isProtected } = launch;
    return { id, shape, tags: new Map(tags), reservationId, keyPair, userData, isProtected };
  });
  for (const instance of made) {
    store.instances.set(instance.id, instance);
    const settings = { subnet, groups, tags: tagsFor("network-interface") };
    const { PrivateIpAddress, PrivateDnsName } = addPrimaryInterface(
      instance,
      settings,
      store,
    ).shape;
    instance.shape = { ...instance.shape, PrivateIpAddress, PrivateDnsName };
    showInterfaces(instance, store);
    store.hosts.add(instance);
    boot(instance, store);
  }
  if (token) store.runs.set(token, { request, ids: made.map(({ id }) => id) });
  return reservation(made, context);
}

function reservation(made: readonly StoredInstance[], { accountId }: Context): Reservation {
  return {
    ReservationId: made[0]?.reservationId,
    OwnerId: accountId,
    Groups: [],
    Instances: made.map(shownInstance),
  };
}

/** Returns the check that the caller may pass the instance's role; for a group, its creator was already checked. */
export function passRole(input: Input, context: Context): AccessCheck[] {
  if (context.principal.type === "service") return [];
  const { Arn, Name } = profileAsked(input, context) ?? {};
  const resource = context.cloud.identity.instanceProfile(Arn ?? Name ?? "")?.roleArn;
  if (resource === undefined) return [];
  const keys = { "iam:PassedToService": "ec2.amazonaws.com" };
  return [{ action: "iam:PassRole", resource, context: keys }];
}

/**
 * Returns the instance profile of the request or its template. IAM checks it before a missing template is reported.
 */
function profileAsked(input: Input, context: Context): Launch["IamInstanceProfile"] {
  try {
    return launchOf(input, context).IamInstanceProfile;
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

function profileOf(
  { IamInstanceProfile: given }: Launch,
  { cloud }: Context,
): Instance["IamInstanceProfile"] {
  if (!given) return undefined;
  const found = cloud.identity.instanceProfile(given.Arn ?? given.Name ?? "");
  if (found) return { Arn: found.arn, Id: found.id };
  const [member, value] = given.Arn ? ["arn", given.Arn] : ["name", given.Name];
  throw invalidParameter(
    `Value (${value}) for parameter iamInstanceProfile.${member} is invalid. Invalid IAM Instance Profile ${member}`,
  );
}

/**
 * Returns the ids of the groups of a launch. Names are those of groups in the default VPC.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
 */
function groupIds(
  { SecurityGroupIds: ids, SecurityGroups: names, SubnetId }: Launch,
  { store }: Context,
): string[] | undefined {
  if (!names?.length) return ids;
  if (SubnetId !== undefined)
    throw ec2Error(
      "InvalidParameterCombination",
      "The parameter groupName cannot be used with the parameter subnet",
    );
  const vpc = [...store.vpcs.values()].find(({ shape }) => shape.IsDefault)?.id;
  const found = names.map((name) => {
    const group = [...store.securityGroups.values()].find(
      ({ shape }) => shape.VpcId === vpc && shape.GroupName === name,
    );
    if (group) return group.id;
    throw ec2Error(
      "InvalidGroup.NotFound",
      `The security group '${name}' does not exist in default VPC '${vpc}'`,
    );
  });
  return [...(ids ?? []), ...found];
}

/** Merges the request over its template. */
export function launchOf({ LaunchTemplate: reference, ...input }: Input, context: Context): Launch {
  if (!reference) return input;
  const template = Object.values(reference).length
    ? findTemplate(reference, context)
    : launchTemplates.at("", context);
  const given = Object.fromEntries(
    Object.entries(input).filter(([, value]) => value !== undefined),
  );
  // A template contains parameters of RunInstances under the same names.
  return { ...(dataOf(template, reference.Version) as Partial<Launch>), ...given } as Launch;
}

export function findTemplate(
  { LaunchTemplateId: id, LaunchTemplateName: name }: NonNullable<Input["LaunchTemplate"]>,
  context: Context,
) {
  const all = [...context.store.launchTemplates.values()];
  const byName = all.find(({ shape }) => shape.LaunchTemplateName === name)?.id;
  return launchTemplates.at(id ?? byName ?? "", context);
}

/** Returns the given subnet, else the default subnet of the zone, else that of the first zone. */
export function subnetOf({ SubnetId, Placement }: Launch, store: Ec2Store): Stored<Subnet> {
  if (SubnetId !== undefined) {
    const found = store.subnets.get(SubnetId);
    if (!found) throw notFound("subnet", SubnetId);
    return found;
  }
  const zone = Placement?.AvailabilityZone;
  const found = [...store.subnets.values()].find(
    ({ shape }) => shape.DefaultForAz && (zone === undefined || shape.AvailabilityZone === zone),
  );
  if (found) return found;
  throw ec2Error("MissingInput", "No default subnet was found; specify a subnet.");
}
