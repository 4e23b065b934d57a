import type * as Sdk from "@aws-sdk/client-auto-scaling";
import type { Activity } from "@aws-sdk/client-auto-scaling";
import type { DescribeInstancesResult } from "@aws-sdk/client-ec2";
import { AwsError } from "../../core/errors";
import type { CallContext } from "../../core/service";
import type { OperationOf } from "../../entities/api";
import { beginActivity, succeed } from "./activities";
import { validation } from "./api";
import { callEc2 } from "./ec2Calls";
import { activeGroup, groups } from "./groups";
import type { AutoScalingStore, Group, Member } from "./store";

type Operation<Name> = OperationOf<typeof Sdk, AutoScalingStore, Name>;
type Context = CallContext<AutoScalingStore>;

/**
 * Lifecycle hooks do not apply to these operations.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-enter-exit-standby.html
 */
export const enterStandby: Operation<"EnterStandby"> = {
  access: ({ AutoScalingGroupName: name }, context) => [
    groups.access("EnterStandby", name, context),
  ],
  async run(input, context) {
    const group = activeGroup(groups.at(input.AutoScalingGroupName, context));
    const found = membersIn("InService", input.InstanceIds, group);
    if (input.ShouldDecrementDesiredCapacity) changeDesired(group, -found.length);
    const Activities = await moved(
      group,
      found,
      "Standby",
      "Moving EC2 instance to Standby",
      context,
    );
    context.store.fleet.changed(group);
    return { Activities };
  },
};

export const exitStandby: Operation<"ExitStandby"> = {
  access: ({ AutoScalingGroupName: name }, context) => [
    groups.access("ExitStandby", name, context),
  ],
  async run(input, context) {
    const group = activeGroup(groups.at(input.AutoScalingGroupName, context));
    const found = membersIn("Standby", input.InstanceIds, group);
    changeDesired(group, found.length);
    const what = "Moving EC2 instance out of Standby";
    return { Activities: await moved(group, found, "InService", what, context) };
  },
};

export const detachInstances: Operation<"DetachInstances"> = {
  access: ({ AutoScalingGroupName: name }, context) => [
    groups.access("DetachInstances", name, context),
  ],
  async run(input, context) {
    const group = activeGroup(groups.at(input.AutoScalingGroupName, context));
    const found = membersIn("InService", input.InstanceIds, group);
    if (input.ShouldDecrementDesiredCapacity) changeDesired(group, -found.length);
    const Activities = await moved(group, found, "Detached", "Detaching EC2 instance", context);
    for (const { id } of found) group.members.delete(id);
    context.store.fleet.changed(group);
    return { Activities };
  },
};

export const attachInstances: Operation<"AttachInstances"> = {
  access: ({ AutoScalingGroupName: name }, context) => [
    groups.access("AttachInstances", name, context),
  ],
  async run({ AutoScalingGroupName: name, InstanceIds: ids = [] }, context) {
    const group = activeGroup(groups.at(name, context));
    const found = await attachable(ids, group, context);
    changeDesired(group, found.length);
    for (const member of found) group.members.set(member.id, member);
    await moved(group, found, "InService", "Attaching an existing EC2 instance", context);
  },
};

function membersIn(
  state: Member["state"],
  ids: readonly string[] | undefined,
  { members, name }: Group,
): Member[] {
  return (ids ?? []).map((id) => {
    const member = members.get(id);
    if (!member) throw validation(`The instance ${id} is not part of Auto Scaling group ${name}.`);
    if (member.state !== state) throw validation(`The instance ${id} is not in ${state}.`);
    return member;
  });
}

/** @throws ValidationError for a capacity outside the group's bounds */
function changeDesired(group: Group, by: number): void {
  const desired = group.desired + by;
  if (desired < group.min || desired > group.max)
    throw validation(
      `A desired capacity of ${desired} would be beyond the bounds of the group, ${group.min} and ${group.max}.`,
    );
  group.desired = desired;
}

async function moved(
  group: Group,
  found: readonly Member[],
  state: Member["state"],
  what: string,
  { store, clock }: Context,
): Promise<Activity[]> {
  const activities: Activity[] = [];
  for (const member of found) {
    const cause = `At ${clock.date().toISOString()} instance ${member.id} was moved in response to a user request.`;
    member.activity = beginActivity(store.scope, group, `${what}: ${member.id}`, cause);
    member.state = state;
    if (state === "InService") {
      member.arrivedAt = clock.now();
      await succeed(store.scope, group, member, "Launch");
    } else Object.assign(member.activity, { StatusCode: "Successful", Progress: 100 });
    activities.push(member.activity);
  }
  return activities;
}

/** Returns running instances in the group's zones that belong to no group. */
async function attachable(
  ids: readonly string[],
  group: Group,
  { store, clock }: Context,
): Promise<Member[]> {
  const { Reservations = [] } = await callEc2<DescribeInstancesResult>(
    store.scope,
    "DescribeInstances",
    { InstanceIds: [...ids] },
  ).catch((error: unknown) => {
    throw error instanceof AwsError ? validation(error.message) : error;
  });
  return Reservations.flatMap(({ Instances = [] }) => Instances).map((instance) => {
    const { InstanceId: id = "", State, Placement, InstanceType = "", ImageId } = instance;
    const zone = Placement?.AvailabilityZone ?? "";
    if ([...store.groups.values()].some(({ members }) => members.has(id)))
      throw validation(`The instance ${id} is already part of an Auto Scaling group.`);
    if (State?.Name !== "running") throw validation(`The instance ${id} is not in running state.`);
    if (!group.subnets.some((subnet) => subnet.zone === zone))
      throw validation(`The instance ${id} is in ${zone}, where the group has no subnet.`);
    return {
      id,
      type: InstanceType,
      zone,
      imageId: ImageId,
      launchTemplate: group.launchTemplate,
      state: "Pending" as const,
      health: "Healthy" as const,
      isProtected: group.protectsNew,
      movement: { Origin: "EC2" as const, Destination: "AutoScalingGroup" as const },
      activity: { StartTime: clock.date() } as Activity,
    };
  });
}
