import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { EniHookSettings } from "../../../callbacks/instances/eniLifecycleHook/configuration";
import { eniHandlerFactory } from "../../../callbacks/instances/eniLifecycleHook/eniHandler";
import {
  HOOK_RECORDS,
  type HookRecord,
} from "../../../callbacks/instances/eniLifecycleHook/hookRecord";
import type { InterfaceSpec } from "../../../callbacks/instances/eniLifecycleHook/model";
import { CallbackFunction } from "../../function/callbackFunction";
import { pickCallbackOptions } from "../../function/callbackOptions";
import type { PolicyException } from "../../iam/policyException";
import { checkName, childName } from "../../names";
import { argumentError } from "../../validation";
import { type GroupFacts, timesOf } from "../lifecycleHooks/args";
import { waitProblem } from "../lifecycleHooks/groupProblem";
import { attachHooks, type GroupHooks, hookName, initialHooks } from "../lifecycleHooks/groups";
import { createHookAlarms } from "../lifecycleHooks/hookAlarms";
import { createNotifications, createSweepRule } from "../lifecycleHooks/notifications";
import type { AttachOptions, EniLifecycleHookArgs } from "./args";
import { checkEniLifecycleHook, checkTypes, checkZones } from "./checks";
import { specsOf } from "./specs";
import { groupStatements, interfaceStatements } from "./statements";

const TYPE = "aws-callbacks:index:EniLifecycleHook";

/**
 * Gives every instance of Auto Scaling groups further network interfaces, in other subnets, before it enters service,
 * and takes them back with it. One function serves many groups.
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
  /** Makes and attaches the interfaces, and looks for what was left. */
  readonly function: CallbackFunction<never, unknown>;
  readonly functionName: pulumi.Output<string>;
  /** What somebody should know: an abandoned launch, a loop of them. */
  readonly alarms: aws.cloudwatch.MetricAlarm[];
  /** Value of the tag `aws-callbacks:hook` of every interface. */
  readonly hookId: string;
  private readonly specs: pulumi.Output<InterfaceSpec[]>;
  private readonly hooks: GroupHooks;
  private readonly args: EniLifecycleHookArgs;

  constructor(name: string, args: EniLifecycleHookArgs, opts?: pulumi.ComponentResourceOptions) {
    super(TYPE, name, { policyExceptions: policyExceptions(name) }, opts);
    checkName(this, name);
    checkEniLifecycleHook(this, args);
    this.args = args;
    this.hookId = [pulumi.getProject(), pulumi.getStack(), name].join("/");
    this.specs = checkedSpecs(this, args);
    const settings = settingsOf(this, name, args);
    const { launching = "", terminating = "" } = settings.hooks;
    this.function = createHookFunction(this, name, args, settings, this.specs);
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
      before: [releaseAtEnd(this, name, this.specs)],
      statements: (scope) => groupStatements(this, scope, settings.brake.onLoop === "suspend"),
    };
    recordHook(this, name, launching, this.specs);
    this.functionName = this.function.name;
    this.registerOutputs({ functionName: this.functionName, hookId: this.hookId });
  }

  /**
   * The hooks of a group that this program makes, so that its first instances have their interfaces already.
   *
   * @param groupName the group's name in the program, from which Pulumi makes that at AWS.
   * @param facts arguments of the group, to be checked at preview: its `name`, too, if it has one of its own. Default: nothing is checked.
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
    const checked = checkGroup(this, facts, this.args, this.specs, this.hooks.heartbeatTimeout);
    const hooks = initialHooks(this.hooks, groupName, {
      name: facts.name,
      namePrefix: facts.namePrefix,
      metadata: metadata && pulumi.jsonStringify(metadata),
    });
    return pulumi.all([hooks, checked]).apply(([given]) => given);
  }

  /**
   * The same for a group that is there. Its instances that run have no interfaces yet: start an instance refresh, which
   * the update that attaches them advises.
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
    const checked = checkGroup(this, facts, this.args, this.specs, this.hooks.heartbeatTimeout);
    const named = pulumi.all([groupName, checked]).apply(([given]) => given);
    const hooks = attachHooks(this.hooks, name, named, metadata && pulumi.jsonStringify(metadata));
    adviseRefresh(this, name, groupName, hooks, this.specs);
    return hooks;
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
  return pulumi.all([specsOf(interfaces), types]).apply(([specs]) => specs);
}

function settingsOf(
  self: EniLifecycleHook,
  name: string,
  args: EniLifecycleHookArgs,
): EniHookSettings {
  const { onLoop = "suspend", loop = {} } = args;
  return {
    name,
    hookId: self.hookId,
    hooks: {
      launching: hookName(name, "launching"),
      terminating: hookName(name, "terminating"),
    },
    ...timesOf(self, args),
    brake: { onLoop, failures: loop.failures ?? 5, minutes: loop.minutes ?? 60 },
  };
}

function createHookFunction(
  self: EniLifecycleHook,
  name: string,
  args: EniLifecycleHookArgs,
  settings: EniHookSettings,
  specs: pulumi.Output<InterfaceSpec[]>,
): CallbackFunction<never, unknown> {
  return new CallbackFunction<never, unknown>(
    name,
    {
      ...pickCallbackOptions({ ...args, timeout: undefined }),
      description: "Gives instances of Auto Scaling groups their network interfaces.",
      callbackFactory: eniHandlerFactory(settings),
      timeout: settings.timeout,
      environment: { INTERFACES: pulumi.jsonStringify(specs) },
      permissions: interfaceStatements(self, self.hookId, args.interfaces),
    },
    { parent: self },
  );
}

/** Called at the end of the component, before its function goes: what no instance takes with it is deleted. */
function releaseAtEnd(
  self: EniLifecycleHook,
  name: string,
  specs: pulumi.Output<InterfaceSpec[]>,
): aws.lambda.Invocation {
  return new aws.lambda.Invocation(
    childName(name, "release"),
    {
      functionName: self.function.name,
      input: JSON.stringify({ wake: "sweep" }),
      lifecycleScope: "CRUD",
      triggers: { interfaces: pulumi.jsonStringify(specs) },
    },
    { parent: self, dependsOn: [self.function.rolePolicy] },
  );
}

function recordHook(
  self: EniLifecycleHook,
  name: string,
  launchHook: string,
  interfaces: pulumi.Output<InterfaceSpec[]>,
): void {
  const record = {
    hookId: self.hookId,
    launchHook,
    functionName: self.function.name,
    interfaces,
  } satisfies Record<keyof HookRecord, unknown>;
  new aws.ssm.Parameter(
    childName(name, "hook"),
    {
      name: `${HOOK_RECORDS}/${self.hookId}`,
      description: `What the command status finds the hook ${name} by.`,
      type: "String",
      value: pulumi.jsonStringify(record),
    },
    { parent: self },
  );
}

/** @throws pulumi.ResourceError, as early as what it is about is known */
function checkGroup(
  self: EniLifecycleHook,
  facts: GroupFacts,
  { interfaces }: EniLifecycleHookArgs,
  specs: pulumi.Output<InterfaceSpec[]>,
  heartbeatTimeout: number,
): pulumi.Output<unknown> {
  const { availabilityZones, mixedInstancesPolicy, waitForCapacityTimeout } = facts;
  const zones = pulumi.all([specs, availabilityZones]).apply(([known, given]) => {
    checkZones(self, known, given);
  });
  const wait = pulumi.output(waitForCapacityTimeout).apply((given) => {
    const problem = waitProblem(given, heartbeatTimeout);
    if (problem !== undefined) throw new pulumi.ResourceError(problem, self, true);
  });
  const types = pulumi
    .output(mixedInstancesPolicy)
    .apply((policy) =>
      (policy?.launchTemplate?.overrides ?? []).flatMap(({ instanceType }) => instanceType ?? []),
    )
    .apply((named) => checkTypes(self, named, interfaces.length));
  return pulumi.all([zones, wait, types]);
}

function factsOf(group: aws.autoscaling.Group): GroupFacts {
  const { availabilityZones, waitForCapacityTimeout, mixedInstancesPolicy } = group;
  return { availabilityZones, waitForCapacityTimeout, mixedInstancesPolicy };
}

/** Milliseconds in which an answer is news: later updates find the same one in the stack's state. */
const NEWS = 10 * 60_000;

/** Asks the function which instances of the group have none, and says so once. */
function adviseRefresh(
  self: EniLifecycleHook,
  name: string,
  groupName: pulumi.Output<string>,
  hooks: readonly pulumi.Resource[],
  specs: pulumi.Output<InterfaceSpec[]>,
): void {
  const { result } = new aws.lambda.Invocation(
    childName(name, "coverage"),
    {
      functionName: self.function.name,
      input: pulumi.jsonStringify({ wake: "coverage", groupName }),
      triggers: { interfaces: pulumi.jsonStringify(specs) },
    },
    { parent: self, dependsOn: [...hooks] },
  );
  void pulumi.all([result, groupName]).apply(([text, group]) => {
    const { uncovered = [], at = 0 } = parse(text);
    if (uncovered.length === 0 || Date.now() - at > NEWS) return;
    const advice = `aws autoscaling start-instance-refresh --auto-scaling-group-name ${group}`;
    const message = `${uncovered.length} instances of ${group} do not have their interfaces, since hooks are for new ones: ${uncovered.slice(0, 5).join(", ")}. To replace them: ${advice}`;
    void pulumi.log.warn(message, self);
  });
}

function parse(text: string | undefined): {
  readonly uncovered?: readonly string[];
  readonly at?: number;
} {
  try {
    return Object(JSON.parse(text ?? "{}")) as object;
  } catch {
    return {};
  }
}
