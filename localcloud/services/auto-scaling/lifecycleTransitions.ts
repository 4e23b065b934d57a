import type { Activity } from "@aws-sdk/client-auto-scaling";
import { timeLeft } from "../../core/clock";
import type { StoreScope } from "../../core/service";
import { beginActivity, cancelLaunch, succeed } from "./activities";
import { callInstance } from "./ec2Calls";
import { hooksFor, type LifecycleActions } from "./lifecycleActions";
import { isEnding, isWarm } from "./placement";
import type { ActionResult, Group, Member, Wait } from "./store";

/** Delay from the end of a lifecycle action until the instance is in service. */
const PROCEED_MS = 1000;
/** Delay from failed launches until the next attempt. */
export const RETRY_MS = 60_000;

const LAUNCHING = "autoscaling:EC2_INSTANCE_LAUNCHING";
const TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING";

/**
 * Moves instances into a group, into its warm pool, and out of them.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/warm-pool-instance-lifecycle.html
 */
export class LifecycleTransitions {
  constructor(
    private readonly scope: StoreScope,
    readonly actions: LifecycleActions,
    private readonly lookAgain: (group: Group) => void,
  ) {
    actions.onDone = (...done) => this.goOn(...done);
  }

  /** Continues with a member after its lifecycle actions. */
  private async goOn(
    member: Member,
    { group, then }: Wait,
    result: ActionResult,
    why: string,
  ): Promise<void> {
    if (then === "terminate") return this.letGo(group, member, result);
    if (result === "CONTINUE") return this.proceed(group, member);
    if (then === "launch") return this.abandon(group, member, why);
    return this.terminate(group, member, "Warmed:Terminating:Proceed");
  }

  /** Continues with a member of an earlier run of the cloud. */
  resume(group: Group, member: Member): void {
    this.actions.resume(member);
    const { timer } = member;
    member.timer = undefined;
    if (timer && member.state.endsWith("Pending:Proceed"))
      this.proceed(group, member, timeLeft(timer, this.scope.clock));
  }

  /** Handles an instance that EC2 runs: it waits for its launch hooks, or reaches its destination. */
  async ran(group: Group, member: Member): Promise<void> {
    if (hooksFor(group, LAUNCHING).length === 0) return this.settle(group, member);
    member.state = isWarm(member) ? "Warmed:Pending:Wait" : "Pending:Wait";
    await this.actions.begin(group, member, LAUNCHING, "launch");
  }

  /** Moves an instance from the warm pool into service. */
  async leavePool(group: Group, member: Member, cause: string): Promise<void> {
    const what = `Launching a new EC2 instance from warm pool: ${member.id}`;
    member.activity = beginActivity(this.scope, group, what, cause);
    member.movement = { Origin: "WarmPool", Destination: "AutoScalingGroup" };
    const runs = member.state === "Warmed:Running";
    member.state = "Pending";
    if (runs) await this.ran(group, member);
    else await callInstance(this.scope, "StartInstances", member.id);
  }

  /** Moves an instance from service into the warm pool; the terminate hooks apply. */
  async enterPool(group: Group, member: Member, cause: string): Promise<void> {
    await this.stopLaunching(group, member, cause);
    const what = `Returning EC2 instance to warm pool: ${member.id}`;
    member.activity = beginActivity(this.scope, group, what, cause);
    member.movement = { Origin: "AutoScalingGroup", Destination: "WarmPool" };
    if (hooksFor(group, TERMINATING).length === 0) return this.settle(group, member);
    member.state = "Warmed:Pending:Wait";
    await this.actions.begin(group, member, TERMINATING, "enterPool");
  }

  /** Handles an instance that EC2 has stopped for the warm pool. */
  async stopped(group: Group, member: Member): Promise<void> {
    if (member.state === "Warmed:Pending:Proceed")
      await this.arrive(group, member, "Warmed:Stopped");
  }

  /** Handles an instance that EC2 has terminated; it may still wait for hooks. */
  async ended(group: Group, member: Member): Promise<void> {
    member.hasEnded = true;
    if (!member.wait) await this.leave(group, member);
  }

  /** Ends an instance of the group after its hooks; `cause` is the text of its activity. */
  async end(
    group: Group,
    member: Member,
    cause: string,
    { force = false } = {},
  ): Promise<Activity> {
    const warm = member.state.startsWith("Warmed:") ? "Warmed:" : "";
    const isRetained = member.state.endsWith("Retained");
    if (isEnding(member) && !isRetained) {
      if (force && member.wait) {
        this.actions.cancel(member);
        await this.terminate(group, member, `${warm}Terminating:Proceed`);
      }
      return member.activity;
    }
    await this.stopLaunching(group, member, cause);
    member.movement = { Origin: warm ? "WarmPool" : "AutoScalingGroup", Destination: "EC2" };
    const what = `Terminating EC2 instance: ${member.id}`;
    const activity = beginActivity(this.scope, group, what, cause);
    member.activity = activity;
    if (force || isRetained || hooksFor(group, TERMINATING).length === 0)
      await this.terminate(group, member, `${warm}Terminating`);
    else {
      member.state = `${warm}Terminating:Wait`;
      await this.actions.begin(group, member, TERMINATING, "terminate");
    }
    return activity;
  }

  private proceed(group: Group, member: Member, ms = PROCEED_MS): void {
    member.state = isWarm(member) ? "Warmed:Pending:Proceed" : "Pending:Proceed";
    member.timer = this.scope.clock.setTimeout(() => {
      member.timer = undefined;
      return this.settle(group, member);
    }, ms);
  }

  /** Puts an instance into service, or into its final state in the warm pool. */
  private async settle(group: Group, member: Member): Promise<void> {
    if (member.movement.Destination !== "WarmPool") return this.arrive(group, member, "InService");
    if (group.warmPool?.state === "Running") return this.arrive(group, member, "Warmed:Running");
    member.state = "Warmed:Pending:Proceed";
    await callInstance(this.scope, "StopInstances", member.id);
  }

  private async arrive(group: Group, member: Member, state: Member["state"]): Promise<void> {
    member.state = state;
    member.arrivedAt = this.scope.clock.now();
    const isReturn = member.movement.Origin === "AutoScalingGroup";
    await succeed(this.scope, group, member, isReturn ? "Terminate" : "Launch");
    this.lookAgain(group);
  }

  /** Ends an abandoned launch, which is then replaced. From the second consecutive one on, the replacement waits. */
  private async abandon(group: Group, member: Member, why: string): Promise<void> {
    const message = `Instance failed to complete user's Lifecycle Action: ${why}`;
    group.failedLaunches += 1;
    if (group.failedLaunches > 1) group.launchesFrom = this.scope.clock.now() + RETRY_MS;
    await cancelLaunch(this.scope, group, member, message);
    const now = this.scope.clock.date().toISOString();
    const cause = `At ${now} an instance was taken out of service in response to a launch failure.`;
    await this.end(group, member, cause);
    this.lookAgain(group);
  }

  /**
   * Terminates an instance after its hooks. If one was abandoned, the group's policy may retain the instance for
   * inspection.
   */
  private async letGo(group: Group, member: Member, result: ActionResult): Promise<void> {
    const warm = member.state.startsWith("Warmed:") ? "Warmed:" : "";
    const { TerminateHookAbandon: onAbandon } =
      group.kept.InstanceLifecyclePolicy?.RetentionTriggers ?? {};
    if (result === "CONTINUE" || onAbandon !== "retain" || member.hasEnded)
      return this.terminate(group, member, `${warm}Terminating:Proceed`);
    member.state = `${warm}Terminating:Retained`;
    this.lookAgain(group);
  }

  /** Ends an instance's launch, whatever state it waits for. */
  private async stopLaunching(group: Group, member: Member, cause: string): Promise<void> {
    this.actions.cancel(member);
    this.scope.clock.clearTimeout(member.timer);
    if (!member.activity.EndTime && /Pending/.test(member.state))
      await cancelLaunch(this.scope, group, member, cause);
  }

  private async terminate(group: Group, member: Member, state: Member["state"]): Promise<void> {
    member.state = state;
    member.activity.StatusCode = "InProgress";
    if (member.hasEnded) return this.leave(group, member);
    await callInstance(this.scope, "TerminateInstances", member.id);
  }

  private async leave(group: Group, member: Member): Promise<void> {
    group.members.delete(member.id);
    await succeed(this.scope, group, member, "Terminate");
    this.lookAgain(group);
  }
}
