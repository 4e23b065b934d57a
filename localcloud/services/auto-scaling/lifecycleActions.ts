import { randomUUID } from "node:crypto";
import type { LifecycleHook } from "@aws-sdk/client-auto-scaling";
import { timeLeft } from "../../core/clock";
import type { StoreScope } from "../../core/service";
import { notifyWaiting } from "./notify";
import type { ActionResult, Group, LifecycleAction, Member, Transition, Wait } from "./store";

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html: 48 hours or 100 timeouts at most. */
const MAX_WAIT_S = 172_800;
const MAX_HEARTBEATS = 100;

export function globalTimeout({ HeartbeatTimeout = 0 }: LifecycleHook): number {
  return Math.min(MAX_WAIT_S, MAX_HEARTBEATS * HeartbeatTimeout);
}

export function hooksFor({ hooks }: Group, transition: Transition): LifecycleHook[] {
  return [...hooks.values()].filter(
    ({ LifecycleTransition }) => LifecycleTransition === transition,
  );
}

/** Lifecycle actions, for which instances wait between two states. */
export class LifecycleActions {
  /** Called after the last of the actions that a member waits for, or after the first ABANDON. */
  onDone: (member: Member, wait: Wait, result: ActionResult, why: string) => void | Promise<void> =
    () => undefined;

  constructor(private readonly scope: StoreScope) {}

  /** Starts an action for each hook of the transition. */
  async begin(
    group: Group,
    member: Member,
    transition: Transition,
    then: Wait["then"],
  ): Promise<void> {
    const actions = hooksFor(group, transition).map((hook): LifecycleAction => ({
      hook,
      token: randomUUID(),
      endsAt: this.scope.clock.now() + globalTimeout(hook) * 1000,
    }));
    const wait = { group, actions: new Set(actions), then };
    member.wait = wait;
    member.activity.StatusCode = "MidLifecycleAction";
    for (const action of actions) this.arm(member, wait, action);
    for (const action of actions)
      if (wait.actions.has(action)) await notifyWaiting(this.scope, group, member, action);
  }

  /** Continues the actions of a member of an earlier run of the cloud. */
  resume(member: Member): void {
    const { wait } = member;
    for (const action of wait?.actions ?? []) {
      const { timer } = action;
      if (wait && timer) this.arm(member, wait, action, timeLeft(timer, this.scope.clock));
    }
  }

  /** Extends an action's timeout. */
  heartbeat(member: Member, action: LifecycleAction): void {
    if (member.wait) this.arm(member, member.wait, action);
  }

  async complete(
    member: Member,
    action: LifecycleAction,
    result: ActionResult,
    reason = `Lifecycle Action Completed with ${result} Result`,
  ): Promise<void> {
    const { wait } = member;
    if (!wait?.actions.delete(action)) return;
    this.scope.clock.clearTimeout(action.timer);
    if (result === "CONTINUE" && wait.actions.size > 0) return;
    this.cancel(member);
    await this.onDone(
      member,
      wait,
      result,
      `Lifecycle Action with token ${action.token} was abandoned: ${reason}`,
    );
  }

  /** Cancels the actions that a member waits for, without a result. */
  cancel(member: Member): void {
    for (const { timer } of member.wait?.actions ?? []) this.scope.clock.clearTimeout(timer);
    member.wait = undefined;
  }

  private arm(
    member: Member,
    wait: Wait,
    action: LifecycleAction,
    timeout = 1000 * (action.hook.HeartbeatTimeout ?? 0),
  ): void {
    const { clock } = this.scope;
    const { DefaultResult } = action.hook;
    clock.clearTimeout(action.timer);
    const ms = Math.min(timeout, action.endsAt - clock.now());
    action.timer = clock.setTimeout(async () => {
      if (member.wait !== wait) return;
      const result = DefaultResult === "CONTINUE" ? "CONTINUE" : "ABANDON";
      await this.complete(member, action, result, "Heartbeat Timeout");
    }, ms);
  }
}
