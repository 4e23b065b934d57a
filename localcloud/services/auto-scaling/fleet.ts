import { randomUUID } from "node:crypto";
import type { Activity } from "@aws-sdk/client-auto-scaling";
import type { Reservation } from "@aws-sdk/client-ec2";
import { AwsError } from "../../core/errors";
import { servicePrincipal } from "../../core/principal";
import type { StoreScope } from "../../core/service";
import { tellScaling } from "./scalingEvents";
import type { Group, Member } from "./store";

/** From a change of a group until it acts on it, and between a failed launch and the next try. */
const LOOK_MS = 1000;
const RETRY_MS = 60_000;

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html */
const MAX_ACTIVITIES = 100;

/** Brings the instances of groups to what is desired. */
export class Fleet {
  constructor(
    private readonly scope: StoreScope,
    private readonly groups: Map<string, Group>,
  ) {
    scope.cloud.events.on("instanceState", ({ region, instanceId, state }) => {
      if (region === scope.region) void this.instanceIs(instanceId, state);
    });
  }

  /** Someone changed the group: it looks at itself soon. */
  changed(group: Group, ms = LOOK_MS): void {
    const { clock } = this.scope;
    clock.clearTimeout(group.wake);
    group.wake = clock.setTimeout(() => {
      group.wake = undefined;
      return this.look(group);
    }, ms);
  }

  /** Ends an instance of the group; `cause` is what its activity says. */
  async end(group: Group, member: Member, cause: string): Promise<Activity> {
    if (member.state.startsWith("Terminating")) return member.activity;
    member.state = "Terminating";
    const what = `Terminating EC2 instance: ${member.id}`;
    member.activity = this.begin(group, what, cause);
    await this.call("TerminateInstances", { InstanceIds: [member.id] }).catch(ignoreRefusal);
    return member.activity;
  }

  private async look(group: Group): Promise<void> {
    if (group.isDeleting) {
      const cause = `At ${this.now()} the group was deleted.`;
      for (const member of [...group.members.values()]) await this.end(group, member, cause);
      if (group.members.size === 0) this.groups.delete(group.name);
      return;
    }
    const capacity = [...group.members.values()].filter(isCapacity);
    const missing = group.desired - capacity.length;
    if (missing > 0 && !group.suspended.has("Launch")) await this.launch(group, missing);
    if (missing < 0 && !group.suspended.has("Terminate")) await this.shrink(group, -missing);
  }

  private async launch(group: Group, count: number): Promise<void> {
    const from = [...group.members.values()].filter(isCapacity).length;
    const cause =
      `At ${this.now()} an instance was started in response to a difference between desired and ` +
      `actual capacity, increasing the capacity from ${from} to ${from + count}.`;
    for (let index = 0; index < count; index++) {
      try {
        await this.launchOne(group, cause);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        this.failed(group, cause, error.message);
        return this.changed(group, RETRY_MS);
      }
    }
  }

  private async launchOne(group: Group, cause: string): Promise<void> {
    const subnet = emptiest(group);
    const tags = [...group.tags].filter(([, { propagates }]) => propagates);
    const { Instances: [instance] = [] } = await this.call<Reservation>("RunInstances", {
      MinCount: 1,
      MaxCount: 1,
      LaunchTemplate: group.launchTemplate,
      SubnetId: subnet.id,
      TagSpecifications: [
        {
          ResourceType: "instance",
          Tags: [
            ...tags.map(([Key, { value }]) => ({ Key, Value: value })),
            { Key: "aws:autoscaling:groupName", Value: group.name },
          ],
        },
      ],
    });
    const id = instance?.InstanceId ?? "";
    group.members.set(id, {
      id,
      type: instance?.InstanceType ?? "",
      zone: subnet.zone,
      imageId: instance?.ImageId,
      launchTemplate: group.launchTemplate,
      state: "Pending",
      health: "Healthy",
      isProtected: group.protectsNew,
      activity: this.begin(group, `Launching a new EC2 instance: ${id}`, cause),
    });
  }

  private async shrink(group: Group, count: number): Promise<void> {
    const from = [...group.members.values()].filter(isCapacity).length;
    const cause =
      `At ${this.now()} an instance was taken out of service in response to a difference between ` +
      `desired and actual capacity, shrinking the capacity from ${from} to ${from - count}.`;
    for (let index = 0; index < count; index++) {
      const victim = chooseVictim(group);
      if (!victim) return;
      await this.end(group, victim, cause);
    }
  }

  /** An instance of some group came to another state. */
  private async instanceIs(id: string, state: string): Promise<void> {
    const group = [...this.groups.values()].find(({ members }) => members.has(id));
    const member = group?.members.get(id);
    if (!group || !member) return;
    if (state === "running" && member.state === "Pending") {
      member.state = "InService";
      await this.succeed(group, member, "Launch");
    } else if (state === "shutting-down" && isCapacity(member)) {
      // Somebody else ended it: the group takes it for unhealthy and starts another one.
      member.health = "Unhealthy";
      const cause =
        `At ${this.now()} an instance was taken out of service in response to an EC2 health ` +
        "check that indicated it had been terminated or stopped.";
      await this.end(group, member, cause);
      this.changed(group);
    } else if (state === "terminated") {
      group.members.delete(id);
      await this.succeed(group, member, "Terminate");
      this.changed(group);
    }
  }

  private begin(group: Group, Description: string, Cause: string): Activity {
    const activity: Activity = {
      ActivityId: randomUUID(),
      AutoScalingGroupName: group.name,
      AutoScalingGroupARN: group.arn,
      Description,
      Cause,
      StartTime: this.scope.clock.date(),
      StatusCode: "InProgress",
      Progress: 0,
      Details: "{}",
    };
    group.activities.unshift(activity);
    group.activities.length = Math.min(group.activities.length, MAX_ACTIVITIES);
    return activity;
  }

  private async succeed(
    group: Group,
    { id, activity, zone }: Member,
    what: "Launch" | "Terminate",
  ): Promise<void> {
    activity.EndTime = this.scope.clock.date();
    activity.StatusCode = "Successful";
    activity.Progress = 100;
    group.lastScaledAt = activity.EndTime.getTime();
    await tellScaling(this.scope, group, {
      activity,
      instanceId: id,
      zone,
      detailType: `EC2 Instance ${what} Successful`,
    });
  }

  private failed(group: Group, cause: string, message: string): void {
    const activity = this.begin(group, "Launching a new EC2 instance", cause);
    activity.StatusCode = "Failed";
    activity.StatusMessage = message;
    activity.EndTime = this.scope.clock.date();
    activity.Progress = 100;
  }

  private call<Output>(operation: string, input: object): Promise<Output> {
    const { cloud, region } = this.scope;
    const principal = servicePrincipal("autoscaling.amazonaws.com");
    return cloud.call<Output>({ service: "ec2", operation, input, principal, region });
  }

  private now(): string {
    return this.scope.clock.date().toISOString();
  }
}

/** Standby, detached and ending instances are none: the group starts others for them. */
export function isCapacity({ state }: Member): boolean {
  return state === "Pending" || state === "InService";
}

/** The subnet with the fewest instances of the group. */
function emptiest({ subnets, members }: Group): Group["subnets"][number] {
  const inZone = ({ zone }: { zone: string }): number =>
    [...members.values()].filter((one) => one.zone === zone && isCapacity(one)).length;
  return [...subnets].sort((a, b) => inZone(a) - inZone(b))[0];
}

/**
 * The default termination policy as far as it differs here: of the zone with the most instances the oldest one that is
 * not protected.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
 */
function chooseVictim({ members }: Group): Member | undefined {
  const all = [...members.values()].filter(isCapacity);
  const inZone = (zone: string): number => all.filter((one) => one.zone === zone).length;
  return all
    .filter(({ isProtected }) => !isProtected)
    .sort((a, b) => inZone(b.zone) - inZone(a.zone))[0];
}

/** An instance that EC2 no longer knows has ended already. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof AwsError)) throw error;
}
