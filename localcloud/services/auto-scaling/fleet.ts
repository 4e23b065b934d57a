import type { Activity } from "@aws-sdk/client-auto-scaling";
import type { Reservation } from "@aws-sdk/client-ec2";
import { timeLeft } from "../../core/clock";
import { AwsError } from "../../core/errors";
import type { StoreScope } from "../../core/service";
import { beginActivity, failLaunch } from "./activities";
import { callEc2, instanceState } from "./ec2Calls";
import { LifecycleActions } from "./lifecycleActions";
import { LifecycleTransitions, RETRY_MS } from "./lifecycleTransitions";
import {
  capacityOf,
  chooseInstanceToTerminate,
  subnetWithFewest,
  isCapacity,
  isWarm,
  poolSize,
} from "./placement";
import { refreshStep } from "./refreshSteps";
import type { Group, Member } from "./store";

/** Delay from a change of a group until it is evaluated. */
const DELAY_MS = 1000;

/** Brings groups to their desired instances. */
export class Fleet {
  readonly actions: LifecycleActions;
  private readonly transitions: LifecycleTransitions;

  constructor(
    private readonly scope: StoreScope,
    private readonly groups: Map<string, Group>,
  ) {
    const { clock, cloud } = scope;
    this.actions = new LifecycleActions(scope);
    this.transitions = new LifecycleTransitions(scope, this.actions, (group) =>
      this.evaluateIn(group, DELAY_MS),
    );
    // Scheduled on the cloud's clock, so that the change is complete for code that advances the clock.
    cloud.events.on("instanceState", ({ region, instanceId, state }) => {
      if (region === scope.region) clock.setTimeout(() => this.instanceIs(instanceId, state), 0);
    });
  }

  /** Continues a group of an earlier run of the cloud. */
  async resume(group: Group): Promise<void> {
    const { wake } = group;
    group.wake = undefined;
    // Also without a timer: an evaluation may have been under way.
    const left = wake ? timeLeft(wake, this.scope.clock) : DELAY_MS;
    this.evaluateIn(group, Math.min(left, DELAY_MS));
    for (const member of [...group.members.values()]) {
      this.transitions.resume(group, member);
      // The last change of its state may not have arrived.
      await this.instanceIs(member.id, await instanceState(this.scope, member.id));
    }
  }

  /** Schedules an evaluation soon after the group was changed. */
  changed(group: Group): void {
    group.launchesFrom = 0;
    this.evaluateIn(group, DELAY_MS);
  }

  /** Ends an instance of the group after its lifecycle hooks; `force` skips them. */
  end(group: Group, member: Member, cause: string, how?: { force: boolean }): Promise<Activity> {
    return this.transitions.end(group, member, cause, how);
  }

  private evaluateIn(group: Group, ms: number): void {
    const { clock } = this.scope;
    const due = clock.now() + ms;
    // The earlier evaluation wins; a deleted group is no longer evaluated.
    if ((group.wake?.due ?? Infinity) <= due || this.groups.get(group.name) !== group) return;
    clock.clearTimeout(group.wake);
    group.wake = clock.setTimeout(() => {
      group.wake = undefined;
      return this.evaluate(group);
    }, ms);
  }

  private async evaluate(group: Group): Promise<void> {
    if (group.isDeleting) return this.empty(group);
    await this.replaceUnhealthy(group);
    const missing = group.desired - capacityOf(group).length;
    if (missing > 0) await this.grow(group, missing);
    if (missing < 0 && !group.suspended.has("Terminate")) await this.shrink(group, -missing);
    await this.fillPool(group);
    const again = await refreshStep(group, this.scope, (member, cause) =>
      this.end(group, member, cause),
    );
    if (again !== undefined) this.evaluateIn(group, again);
  }

  /** Empties a group that is being deleted, without waiting for hooks. */
  private async empty(group: Group): Promise<void> {
    const cause = `At ${this.now()} the group was deleted.`;
    for (const member of [...group.members.values()])
      await this.end(group, member, cause, { force: true });
    if (group.members.size === 0) this.groups.delete(group.name);
  }

  private async replaceUnhealthy(group: Group): Promise<void> {
    if (group.suspended.has("ReplaceUnhealthy") || group.suspended.has("Terminate")) return;
    const cause = `At ${this.now()} an instance was taken out of service in response to a user health-check.`;
    for (const member of capacityOf(group))
      if (member.health === "Unhealthy") await this.end(group, member, cause);
  }

  /** Adds instances to the group; takes them from the warm pool first. */
  private async grow(group: Group, count: number): Promise<void> {
    if (group.suspended.has("Launch")) return;
    const from = capacityOf(group).length;
    const cause =
      `At ${this.now()} an instance was started in response to a difference between desired and ` +
      `actual capacity, increasing the capacity from ${from} to ${from + count}.`;
    const ready = [...group.members.values()].filter(({ state }) =>
      ["Warmed:Running", "Warmed:Stopped"].includes(state),
    );
    for (const member of ready.slice(0, count))
      await this.transitions.leavePool(group, member, cause);
    await this.launch(group, count - ready.length, cause);
  }

  private async launch(group: Group, count: number, cause: string, warm = false): Promise<void> {
    if (count <= 0) return;
    const early = group.launchesFrom - this.scope.clock.now();
    if (early > 0) return this.evaluateIn(group, early);
    for (let index = 0; index < count; index++) {
      try {
        await this.launchOne(group, cause, warm);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        failLaunch(this.scope, group, cause, error.message);
        group.launchesFrom = this.scope.clock.now() + RETRY_MS;
        return this.evaluateIn(group, RETRY_MS);
      }
    }
  }

  private async launchOne(group: Group, cause: string, warm: boolean): Promise<void> {
    const subnet = subnetWithFewest(group);
    const tags = [...group.tags].filter(([, { propagates }]) => propagates);
    const { Instances: [instance] = [] } = await callEc2<Reservation>(this.scope, "RunInstances", {
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
    const what = `Launching a new EC2 instance${warm ? " into warm pool" : ""}: ${id}`;
    group.members.set(id, {
      id,
      type: instance?.InstanceType ?? "",
      zone: subnet.zone,
      imageId: instance?.ImageId,
      launchTemplate: group.launchTemplate,
      state: warm ? "Warmed:Pending" : "Pending",
      health: "Healthy",
      isProtected: group.protectsNew,
      activity: beginActivity(this.scope, group, what, cause),
      movement: { Origin: "EC2", Destination: warm ? "WarmPool" : "AutoScalingGroup" },
    });
    if (warm && !group.warmPool) this.evaluateIn(group, DELAY_MS);
  }

  private async shrink(group: Group, count: number): Promise<void> {
    const from = capacityOf(group).length;
    const cause =
      `At ${this.now()} an instance was taken out of service in response to a difference between ` +
      `desired and actual capacity, shrinking the capacity from ${from} to ${from - count}.`;
    for (let index = 0; index < count; index++) {
      const victim = chooseInstanceToTerminate(group);
      if (!victim) return;
      const warm = [...group.members.values()].filter(isWarm).length;
      const isReused = group.warmPool?.reuses === true && warm < poolSize(group);
      if (isReused && victim.state === "InService")
        await this.transitions.enterPool(group, victim, cause);
      else await this.end(group, victim, cause);
    }
  }

  private async fillPool(group: Group): Promise<void> {
    const warm = [...group.members.values()].filter(isWarm);
    if (!group.warmPool) {
      // Instances that were started while the pool was being deleted.
      const cause = `At ${this.now()} the warm pool was deleted.`;
      for (const member of warm) await this.end(group, member, cause, { force: true });
      return;
    }
    const missing = poolSize(group) - warm.length;
    const cause = `At ${this.now()} the warm pool was brought to ${poolSize(group)} instances.`;
    if (!group.suspended.has("Launch")) await this.launch(group, missing, cause, true);
    const { isDeleting: force } = group.warmPool;
    if (missing < 0)
      for (const member of warm.slice(missing)) await this.end(group, member, cause, { force });
    const isEmpty = ![...group.members.values()].some(({ state }) => state.startsWith("Warmed:"));
    if (force && isEmpty) group.warmPool = undefined;
  }

  /** Handles a new EC2 state of a group's instance. */
  private async instanceIs(id: string, state: string): Promise<void> {
    const group = [...this.groups.values()].find(({ members }) => members.has(id));
    const member = group?.members.get(id);
    if (!group || !member) return;
    if (state === "running" && /^(Warmed:)?Pending$/.test(member.state))
      await this.transitions.ran(group, member);
    if (state === "stopped") await this.transitions.stopped(group, member);
    if (state === "shutting-down" || (state === "stopping" && isCapacity(member)))
      await this.lost(group, member);
    if (state === "terminated") await this.transitions.ended(group, member);
  }

  /** Handles an instance that was terminated or stopped from outside: it counts as unhealthy and is replaced. */
  private async lost(group: Group, member: Member): Promise<void> {
    if (!isCapacity(member) && !isWarm(member)) return;
    member.health = "Unhealthy";
    const cause =
      `At ${this.now()} an instance was taken out of service in response to an EC2 health ` +
      "check that indicated it had been terminated or stopped.";
    await this.end(group, member, cause);
    this.evaluateIn(group, DELAY_MS);
  }

  private now(): string {
    return this.scope.clock.date().toISOString();
  }
}
