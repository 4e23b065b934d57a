import type { Activity } from "@aws-sdk/client-auto-scaling";
import type { Reservation } from "@aws-sdk/client-ec2";
import { AwsError } from "../../core/errors";
import { servicePrincipal } from "../../core/principal";
import type { StoreScope } from "../../core/service";
import { beginActivity, cancelLaunch, failLaunch, succeed } from "./activities";
import { hooksFor, LifecycleActions } from "./lifecycleActions";
import { chooseVictim, emptiest, isCapacity } from "./placement";
import type { Group, Member } from "./store";

/** From a change of a group until it acts on it, and between a failed launch and the next try. */
const LOOK_MS = 1000;
const RETRY_MS = 60_000;
/** From the end of what held an instance up until it is in service. */
const PROCEED_MS = 1000;

const LAUNCHING = "autoscaling:EC2_INSTANCE_LAUNCHING";
const TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING";

/** Brings the instances of groups to what is desired. */
export class Fleet {
  readonly actions: LifecycleActions;

  constructor(
    private readonly scope: StoreScope,
    private readonly groups: Map<string, Group>,
  ) {
    this.actions = new LifecycleActions(scope);
    scope.cloud.events.on("instanceState", ({ region, instanceId, state }) => {
      if (region === scope.region) void this.instanceIs(instanceId, state);
    });
  }

  /** Someone changed the group: it looks at itself soon. */
  changed(group: Group): void {
    group.launchesFrom = 0;
    this.lookIn(group, LOOK_MS);
  }

  private lookIn(group: Group, ms: number): void {
    const { clock } = this.scope;
    clock.clearTimeout(group.wake);
    group.wake = clock.setTimeout(() => {
      group.wake = undefined;
      return this.look(group);
    }, ms);
  }

  /** Ends an instance of the group, once its hooks let it go; `cause` is what its activity says. */
  async end(group: Group, member: Member, cause: string): Promise<Activity> {
    if (member.state.startsWith("Terminating")) return member.activity;
    await this.stopLaunching(group, member, cause);
    member.passage = { Origin: "AutoScalingGroup", Destination: "EC2" };
    const what = `Terminating EC2 instance: ${member.id}`;
    member.activity = beginActivity(this.scope, group, what, cause);
    const { activity } = member;
    if (hooksFor(group, TERMINATING).length > 0 && !group.isDeleting) {
      member.state = "Terminating:Wait";
      await this.actions.begin(group, member, TERMINATING, () =>
        this.terminate(group, member, "Terminating:Proceed"),
      );
    } else await this.terminate(group, member, "Terminating");
    return activity;
  }

  private async look(group: Group): Promise<void> {
    if (group.isDeleting) return this.empty(group);
    const capacity = [...group.members.values()].filter(isCapacity);
    const missing = group.desired - capacity.length;
    if (missing > 0 && !group.suspended.has("Launch")) {
      const early = group.launchesFrom - this.scope.clock.now();
      if (early > 0) this.lookIn(group, early);
      else await this.launch(group, missing);
    }
    if (missing < 0 && !group.suspended.has("Terminate")) await this.shrink(group, -missing);
  }

  /** A group that is being deleted waits for no hook. */
  private async empty(group: Group): Promise<void> {
    const cause = `At ${this.now()} the group was deleted.`;
    for (const member of [...group.members.values()]) {
      if (member.wait && member.state === "Terminating:Wait") {
        this.actions.cancel(member);
        await this.terminate(group, member, "Terminating:Proceed");
      } else await this.end(group, member, cause);
    }
    if (group.members.size === 0) this.groups.delete(group.name);
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
        failLaunch(this.scope, group, cause, error.message);
        group.launchesFrom = this.scope.clock.now() + RETRY_MS;
        return this.lookIn(group, RETRY_MS);
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
    const what = `Launching a new EC2 instance: ${id}`;
    group.members.set(id, {
      id,
      type: instance?.InstanceType ?? "",
      zone: subnet.zone,
      imageId: instance?.ImageId,
      launchTemplate: group.launchTemplate,
      state: "Pending",
      health: "Healthy",
      isProtected: group.protectsNew,
      activity: beginActivity(this.scope, group, what, cause),
      passage: { Origin: "EC2", Destination: "AutoScalingGroup" },
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
    if (state === "running" && member.state === "Pending") await this.arrive(group, member);
    if (state === "shutting-down" && isCapacity(member)) {
      // Somebody else ended it: the group takes it for unhealthy and starts another one.
      member.health = "Unhealthy";
      const cause =
        `At ${this.now()} an instance was taken out of service in response to an EC2 health ` +
        "check that indicated it had been terminated or stopped.";
      await this.end(group, member, cause);
      this.lookIn(group, LOOK_MS);
    }
    if (state === "terminated") {
      member.hasEnded = true;
      if (!member.wait) await this.leave(group, member);
    }
  }

  /** It runs: its hooks hold it up, or it is in service at once. */
  private async arrive(group: Group, member: Member): Promise<void> {
    if (hooksFor(group, LAUNCHING).length === 0) return this.putInService(group, member);
    member.state = "Pending:Wait";
    await this.actions.begin(group, member, LAUNCHING, (result, why) =>
      result === "CONTINUE" ? this.proceed(group, member) : this.abandon(group, member, why),
    );
  }

  private proceed(group: Group, member: Member): void {
    member.state = "Pending:Proceed";
    member.timer = this.scope.clock.setTimeout(() => this.putInService(group, member), PROCEED_MS);
  }

  private async putInService(group: Group, member: Member): Promise<void> {
    member.state = "InService";
    await succeed(this.scope, group, member, "Launch");
  }

  /** A launch that was abandoned ends, and another one follows; the second in a row waits. */
  private async abandon(group: Group, member: Member, why: string): Promise<void> {
    const message = `Instance failed to complete user's Lifecycle Action: ${why}`;
    group.failedLaunches += 1;
    await cancelLaunch(this.scope, group, member, message);
    const cause = `At ${this.now()} an instance was taken out of service in response to a launch failure.`;
    await this.end(group, member, cause);
    if (group.failedLaunches > 1) group.launchesFrom = this.scope.clock.now() + RETRY_MS;
    this.lookIn(group, LOOK_MS);
  }

  /** Its launch is over, whatever it waited for. */
  private async stopLaunching(group: Group, member: Member, cause: string): Promise<void> {
    this.actions.cancel(member);
    this.scope.clock.clearTimeout(member.timer);
    if (!member.activity.EndTime && member.state.startsWith("Pending"))
      await cancelLaunch(this.scope, group, member, cause);
  }

  private async terminate(group: Group, member: Member, state: Member["state"]): Promise<void> {
    member.state = state;
    member.activity.StatusCode = "InProgress";
    if (member.hasEnded) return this.leave(group, member);
    await this.call("TerminateInstances", { InstanceIds: [member.id] }).catch(ignoreRefusal);
  }

  private async leave(group: Group, member: Member): Promise<void> {
    group.members.delete(member.id);
    await succeed(this.scope, group, member, "Terminate");
    this.lookIn(group, LOOK_MS);
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

/** An instance that EC2 no longer knows has ended already. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof AwsError)) throw error;
}
