import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { EniHookSettings } from "../../../callbacks/instances/eniLifecycleHook/configuration";
import type { InterfaceSpec } from "../../../callbacks/instances/eniLifecycleHook/model";
import type { CallbackFunction } from "../../function/callbackFunction";
import type { PolicyException } from "../../iam/policyException";
import { checkName, childName, metricsName } from "../../names";
import { argumentError } from "../../validation";
import { type GroupFacts, timesOf } from "../lifecycleHooks/args";
import { attachHooks, type GroupHooks, hookName, initialHooks } from "../lifecycleHooks/groups";
import { createHookAlarms } from "../lifecycleHooks/hookAlarms";
import {
  createNotifications,
  createSweepRule,
  PUBLISHER_SUFFIX,
} from "../lifecycleHooks/notifications";
import type { AttachOptions, EniLifecycleHookArgs } from "./args";
import { checkEniLifecycleHook, checkTypes } from "./checks";
import { checkGroup, factsOf } from "./groupChecks";
import { createHookFunction, recordHook, releaseAtEnd } from "./hookFunction";
import { adviseRefresh } from "./refreshAdvice";
import { specsOf } from "./specs";
import { groupStatements } from "./statements";

const TYPE = "aws-callbacks:index:EniLifecycleHook";

/**
 * Gives every instance of Auto Scaling groups additional network interfaces, in other subnets, before it enters
 * service, and deletes them with the instance. One function serves many groups.
 *
 * @example
 * const data = new EniLifecycleHook("data", {
 *   interfaces: [{ subnets: dataSubnets, securityGroups: [dataGroup.id] }],
 * });
 * const fleet = new aws.autoscaling.Group("fleet", {
 *   ...fleetArgs,
 *   initialLifecycleHooks: data.initialLifecycleHooks("fleet"),
 * });
 * @throws pulumi.ResourceError for a wrong argument, and a group whose launches could never succeed.
 */
export class EniLifecycleHook extends pulumi.ComponentResource {
  /** Creates and attaches the interfaces, and deletes leftover ones. */
  readonly function: CallbackFunction<never, unknown>;
  readonly functionName: pulumi.Output<string>;
  /** Alarms for people: an abandoned launch, or launches that keep failing. */
  readonly alarms: aws.cloudwatch.MetricAlarm[];
  /** Value of the tag `aws-callbacks:hook` of every interface. */
  readonly hookId: string;
  private readonly specs: pulumi.Output<InterfaceSpec[]>;
  private readonly hooks: GroupHooks;
  private readonly count: number;

  constructor(name: string, args: EniLifecycleHookArgs, opts?: pulumi.ComponentResourceOptions) {
    super(TYPE, name, { policyExceptions: policyExceptions(name) }, opts);
    checkName(this, name, PUBLISHER_SUFFIX);
    checkEniLifecycleHook(this, args);
    this.count = args.interfaces.length;
    this.hookId = [pulumi.getProject(), pulumi.getStack(), name].join("/");
    this.specs = checkedSpecs(this, args);
    const settings = settingsOf(this, name, args);
    const { launching = "", terminating = "" } = settings.hooks;
    this.function = createHookFunction(this, args, settings, this.specs);
    const notified = { name, function: this.function, hooks: [launching, terminating] };
    const target = createNotifications(this, notified, args);
    createSweepRule(this, notified, args);
    this.alarms = createHookAlarms(name, args, { parent: this });
    this.hooks = {
      self: this,
      function: this.function,
      names: settings.hooks,
      target,
      heartbeatTimeout: settings.heartbeatTimeout,
      before: [releaseAtEnd(this, name, this.function, this.specs)],
      statements: (scope) => groupStatements(this, scope, settings.loop.onLoop === "suspend"),
    };
    recordHook(this, settings, this.function, this.specs, args.tags);
    this.functionName = this.function.name;
    this.registerOutputs({ functionName: this.functionName, hookId: this.hookId });
  }

  /**
   * Returns the hooks of a group that this program creates, so that even its first instances get their interfaces.
   *
   * @param groupName the group's name in the program, from which Pulumi makes its name at AWS.
   * @param facts arguments of the group, to be checked at preview; include its `name` if you set it. Default: no
   *   checks.
   */
  initialLifecycleHooks(
    groupName: string,
    facts: GroupFacts = {},
    { metadata }: AttachOptions = {},
  ): pulumi.Output<aws.types.input.autoscaling.GroupInitialLifecycleHook[]> {
    if (!/^[\w-]{1,200}$/.test(groupName))
      throw argumentError(
        this,
        "groupName",
        groupName,
        "allowed are 1 to 200 letters, digits, - and _",
      );
    const checked = this.checkGroup(facts);
    const hooks = initialHooks(this.hooks, groupName, {
      name: facts.name,
      namePrefix: facts.namePrefix,
      metadata: metadata && pulumi.jsonStringify(metadata),
    });
    return pulumi.all([hooks, checked]).apply(([given]) => given);
  }

  /**
   * Adds the hooks to an existing group. Its running instances have no interfaces yet: start an instance refresh, as
   * the update that attaches the hooks advises.
   *
   * @param name of the attachment's resources.
   */
  attachTo(
    name: string,
    group: aws.autoscaling.Group | pulumi.Input<string>,
    { metadata }: AttachOptions = {},
  ): aws.autoscaling.LifecycleHook[] {
    const isGroup = aws.autoscaling.Group.isInstance(group);
    const groupName = isGroup ? group.name : pulumi.output(group);
    const facts: GroupFacts = isGroup ? factsOf(group) : {};
    const checked = this.checkGroup(facts);
    const named = pulumi.all([groupName, checked]).apply(([given]) => given);
    const hooks = attachHooks(this.hooks, name, named, metadata && pulumi.jsonStringify(metadata));
    const { function: target, specs } = this;
    adviseRefresh(this, name, { function: target, groupName, hooks, specs });
    return hooks;
  }

  private checkGroup(facts: GroupFacts): pulumi.Output<unknown> {
    const { specs, count, hooks } = this;
    return checkGroup(this, facts, { count, specs, heartbeatTimeout: hooks.heartbeatTimeout });
  }
}

function policyExceptions(name: string): PolicyException[] {
  return [
    {
      rule: "CKV2_AWS_34",
      resource: childName(name, "hook"),
      reason: "Ids of subnets and security groups, which the command status reads: nothing secret.",
    },
  ];
}

function checkedSpecs(
  self: pulumi.Resource,
  { interfaces, instanceTypes = [] }: EniLifecycleHookArgs,
): pulumi.Output<InterfaceSpec[]> {
  const types = checkTypes(self, instanceTypes, interfaces.length);
  return pulumi.all([specsOf(self, interfaces), types]).apply(([specs]) => specs);
}

function settingsOf(
  self: EniLifecycleHook,
  name: string,
  args: EniLifecycleHookArgs,
): EniHookSettings {
  const { onLoop = "suspend", loop = {} } = args;
  return {
    name,
    metricsName: metricsName(name),
    hookId: self.hookId,
    hooks: {
      launching: hookName(name, "launching"),
      terminating: hookName(name, "terminating"),
    },
    ...timesOf(self, args),
    loop: { onLoop, failures: loop.failures ?? 5, minutes: loop.minutes ?? 60 },
  };
}
