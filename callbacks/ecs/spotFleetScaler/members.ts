import {
  type EC2Client,
  type Filter,
  type Instance,
  paginateDescribeInstances,
} from "@aws-sdk/client-ec2";
import type { FleetEngine } from "./fleets";
import type { Market } from "./machines";

export const deploymentOnlyModule = true;

/** The tag by which EC2 marks the instances of a fleet; nobody else can set it. */
export const FLEET_TAGS: Readonly<Record<FleetEngine, string>> = {
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/tag-spot-fleet.html
  spotFleet: "aws:ec2spot:fleet-request-id",
  // https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSEC2FleetServiceRolePolicy.html
  ec2Fleet: "aws:ec2:fleet-id",
};

/** An instance with this tag is never chosen for removal, whatever the tag's value is. */
export const PROTECTED_TAG = "scale-in-protection";

/** An instance of a fleet that is starting or running. */
export interface Member {
  readonly ec2InstanceId: string;
  readonly instanceType: string;
  readonly zone: string;
  readonly market: Market;
  readonly isProtected: boolean;
}

/**
 * Reads the instances by their tags: the list that a fleet returns may be out of date.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFleetInstances.html
 */
export async function readMembers(
  ec2: EC2Client,
  { engine, id }: { readonly engine: FleetEngine; readonly id: string },
  more: readonly Filter[] = [],
): Promise<Member[]> {
  const Filters = [
    { Name: `tag:${FLEET_TAGS[engine]}`, Values: [id] },
    { Name: "instance-state-name", Values: ["pending", "running"] },
    ...more,
  ];
  const members: Member[] = [];
  for await (const { Reservations = [] } of paginateDescribeInstances({ client: ec2 }, { Filters }))
    members.push(...Reservations.flatMap(({ Instances = [] }) => Instances).map(memberOf));
  return members;
}

/** Checks whether an instance belongs to the fleet. */
export async function isMember(
  ec2: EC2Client,
  fleet: { readonly engine: FleetEngine; readonly id: string },
  ec2InstanceId: string,
): Promise<boolean> {
  const one = [{ Name: "instance-id", Values: [ec2InstanceId] }];
  return (await readMembers(ec2, fleet, one)).length > 0;
}

function memberOf({ InstanceId = "", Tags = [], ...one }: Instance): Member {
  return {
    ec2InstanceId: InstanceId,
    instanceType: one.InstanceType ?? "",
    zone: one.Placement?.AvailabilityZone ?? "",
    market: one.InstanceLifecycle === "spot" ? "spot" : "on-demand",
    isProtected: Tags.some(({ Key }) => Key === PROTECTED_TAG),
  };
}
