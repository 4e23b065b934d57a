import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  actionHandlerFactory,
  type LifecycleActionSettings,
} from "../../../callbacks/instances/lifecycleAction/actionHandler";
import { CallbackFunction } from "../../function/callbackFunction";
import { CALLBACK_CHECKS, pickCallbackOptions } from "../../function/callbackOptions";
import { checkStatements } from "../../iam/iamPolicy";
import type { Statement } from "../../iam/statement";
import { checkName, metricsName } from "../../names";
import {
  anything,
  argumentError,
  boolean,
  checkArgs,
  type Checks,
  fn,
  oneOf,
  required,
} from "../../validation";
import { type GroupFacts, LIFECYCLE_HOOK_CHECKS, timesOf } from "../lifecycleHooks/args";
import { waitProblem } from "../lifecycleHooks/groupProblem";
import { attachHooks, type GroupHooks, hookName, initialHooks } from "../lifecycleHooks/groups";
import { createHookAlarms } from "../lifecycleHooks/hookAlarms";
import {
  createNotifications,
  createSweepRule,
  PUBLISHER_SUFFIX,
} from "../lifecycleHooks/notifications";
import type { LifecycleActionArgs } from "./args";

const TYPE = "aws-callbacks:index:LifecycleAction";

const CHECKS = {
  ...LIFECYCLE_HOOK_CHECKS,
  action: required(fn),
  on: oneOf(["launch", "terminate", "both"]),
  permissions: anything,
  waitForRunning: boolean,
  environment: CALLBACK_CHECKS.environment,
  vpc: CALLBACK_CHECKS.vpc,
} satisfies Checks<LifecycleActionArgs>;

/**
 * Runs an inline action for every instance of Auto Scaling groups before it enters service, or before it ends: update
 * an inventory, fetch a licence, save a log. An error abandons the instance, with its message as the reason.
 *
 * @example
 * const audit = new LifecycleAction("audit", {
 *   action: async ({ instanceId }) => {
 *     const answer = await fetch(`https://audit.example.com/${instanceId}`, { method: "PUT" });
 *     return answer.ok ? "continue" : "abandon";
 *   },
 * });
 * @throws pulumi.ResourceError for a wrong argument, or a capture that would not work in Lambda.
 */
export class LifecycleAction extends pulumi.ComponentResource {
  /** Runs the action. */
  readonly function: CallbackFunction<never, unknown>;
  readonly functionName: pulumi.Output<string>;
  /** Alarms for people: an abandoned instance, or launches that keep failing. */
  readonly alarms: aws.cloudwatch.MetricAlarm[];
  private readonly hooks: GroupHooks;

  constructor(name: string, args: LifecycleActionArgs, opts?: pulumi.ComponentResourceOptions) {
    super(TYPE, name, {}, opts);
    checkName(this, name, PUBLISHER_SUFFIX);
    checkArgs(this, args, CHECKS);
    checkStatements(args.permissions ?? [], this);
    const settings = settingsOf(this, name, args);
    this.function = new CallbackFunction<never, unknown>(
      name,
      {
        ...pickCallbackOptions({ ...args, timeout: undefined }),
        description: "Runs an action for instances of Auto Scaling groups.",
        callbackFactory: actionHandlerFactory(settings, args.action),
        timeout: settings.timeout,
        permissions: [...READ_STATEMENTS, ...(args.permissions ?? [])],
      },
      { parent: this },
    );
    const names = Object.values(settings.hooks);
    const notified = { name, function: this.function, hooks: names };
    const target = createNotifications(this, notified, args);
    createSweepRule(this, notified, args);
    this.alarms = createHookAlarms(name, args, { parent: this });
    this.hooks = {
      self: this,
      function: this.function,
      names: settings.hooks,
      target,
      heartbeatTimeout: settings.heartbeatTimeout,
      before: [],
      statements: ({ arns }) => [
        {
          sid: "Answer",
          actions: [
            "autoscaling:CompleteLifecycleAction",
            "autoscaling:RecordLifecycleActionHeartbeat",
            ...(settings.loop.onLoop === "suspend" ? ["autoscaling:SuspendProcesses"] : []),
          ],
          resources: arns,
        },
      ],
    };
    this.functionName = this.function.name;
    this.registerOutputs({ functionName: this.functionName });
  }

  /**
   * Returns the hooks of a group that this program creates, so that the action runs even for its first instances.
   *
   * @param groupName the group's name in the program, from which Pulumi makes its name at AWS.
   * @param facts arguments of the group: its `name`, if you set it. Default: none.
   */
  initialLifecycleHooks(
    groupName: string,
    facts: GroupFacts = {},
  ): pulumi.Output<aws.types.input.autoscaling.GroupInitialLifecycleHook[]> {
    if (!/^[\w-]{1,200}$/.test(groupName))
      throw argumentError(this, "groupName", groupName, "allowed are letters, digits, - and _");
    const checked = pulumi.output(facts.waitForCapacityTimeout).apply((given) => {
      const problem = waitProblem(given, this.hooks.heartbeatTimeout);
      if (problem !== undefined) throw new pulumi.ResourceError(problem, this, true);
    });
    const hooks = initialHooks(this.hooks, groupName, facts);
    return pulumi.all([hooks, checked]).apply(([given]) => given);
  }

  /**
   * Adds the hooks to an existing group; the action does not run for its running instances.
   *
   * @param name of the attachment's resources.
   */
  attachTo(
    name: string,
    group: aws.autoscaling.Group | pulumi.Input<string>,
  ): aws.autoscaling.LifecycleHook[] {
    const groupName = aws.autoscaling.Group.isInstance(group) ? group.name : group;
    return attachHooks(this.hooks, name, groupName);
  }
}

const READ_STATEMENTS: Statement[] = [
  {
    sid: "Look",
    actions: [
      "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:DescribeLifecycleHooks",
      "autoscaling:DescribeScalingActivities",
      "ec2:DescribeInstances",
    ],
    resources: ["*"],
  },
];

function settingsOf(
  self: pulumi.Resource,
  name: string,
  args: LifecycleActionArgs,
): LifecycleActionSettings {
  const { on = "launch", onLoop = "suspend", loop = {}, waitForRunning = true } = args;
  return {
    name,
    metricsName: metricsName(name),
    hooks: {
      ...(on === "terminate" ? {} : { launching: hookName(name, "launching") }),
      ...(on === "launch" ? {} : { terminating: hookName(name, "terminating") }),
    },
    ...timesOf(self, args),
    loop: { onLoop, failures: loop.failures ?? 5, minutes: loop.minutes ?? 60 },
    waitForRunning,
  };
}
