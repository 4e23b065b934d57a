import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { DescribeInstancesCommand, EC2Client, type Instance } from "@aws-sdk/client-ec2";
import { type Retry, retrying } from "../../retry";
import { shownValue } from "../../thrown";
import { handleEvent, type HookEngine, type HookSettings } from "../lifecycleHooks/hookHandler";
import {
  type HookDeps,
  type HookWork,
  lambdaDeps,
  namedError,
  type HookDecision,
} from "../lifecycleHooks/hookWork";
import type { HookMessage } from "../lifecycleHooks/hookMessage";
import { handleOverdue } from "../lifecycleHooks/overdue";
import { findGroups, findWaiting } from "../lifecycleHooks/waiting";

export const deploymentOnlyModule = true;

/** The waiting instance, as an action sees it. */
export interface LifecycleInstance {
  readonly instanceId: string;
  readonly groupName: string;
  readonly transition: "launching" | "terminating";
  /** Origin and destination: `EC2`, `AutoScalingGroup` or `WarmPool`; absent when Auto Scaling does not send them. */
  readonly origin?: string;
  readonly destination?: string;
  /** Notification metadata of the hook. */
  readonly metadata?: string;
  readonly instanceType: string;
  readonly zone: string;
  /** `running`, or `pending` with `waitForRunning: false`. */
  readonly state: string;
  readonly privateIpAddress?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Answer of an action. Undefined means `continue`. */
export type ActionResult =
  | undefined
  | void
  | "continue"
  | "abandon"
  | { readonly result: "continue" | "abandon"; readonly reason?: string };

/**
 * Action on an instance before it enters service, or before it terminates. An error abandons it, with its message as
 * the reason.
 */
export type InstanceAction = (instance: LifecycleInstance) => Promise<ActionResult>;

export interface LifecycleActionSettings extends HookSettings {
  /** Whether a launching instance must run before the action sees it. */
  readonly waitForRunning: boolean;
}

/** Made for `callbackFactory`: runs an action for waiting instances. */
export const actionHandlerFactory =
  (settings: LifecycleActionSettings, action: InstanceAction) => () =>
    actionHandler(settings, action, lambdaDeps);

export interface ActionClients {
  readonly autoScaling: AutoScalingClient;
  readonly ec2: EC2Client;
}

export function actionHandler(
  settings: LifecycleActionSettings,
  action: InstanceAction,
  deps: HookDeps,
  clients: ActionClients = {
    autoScaling: new AutoScalingClient(deps.aws),
    ec2: new EC2Client(deps.aws),
  },
): (event: unknown) => Promise<object> {
  const run = async (work: HookWork): Promise<HookDecision> => {
    const waits = settings.waitForRunning && work.message.transition === "launching";
    const retry = { deps, until: work.until };
    const instance = await awaitInstance(clients.ec2, retry, work, waits);
    // Waiting for the instance has already used part of the time.
    const result = await inTime(action(instance), deps, work.until);
    return decisionOf(result);
  };
  const engine: HookEngine = {
    settings,
    client: clients.autoScaling,
    deps,
    actions: { launching: run, terminating: run },
  };
  return async (event) => {
    const { wake } = Object(event) as { wake?: string };
    if (wake !== "sweep") return handleEvent(engine, event);
    const retry = { deps, until: deps.now() + settings.timeout * 500 };
    const groups = await findGroups(clients.autoScaling, retry);
    const waiting = await findWaiting(clients.autoScaling, retry, groups, settings.hooks);
    const instances = await describe(clients.ec2, retry, waiting);
    const overdue = waiting.filter(({ instanceId, transition }) => {
      const startedAt = instances.get(instanceId)?.LaunchTime?.getTime() ?? 0;
      return transition === "terminating" || deps.now() - startedAt > settings.timeout * 1000;
    });
    return handleOverdue(engine, groups, overdue);
  };
}

/** Milliseconds between two reads of an instance. */
const POLL_MS = 2_000;

/** @throws when EC2 does not know the instance for a minute */
async function awaitInstance(
  ec2: EC2Client,
  retry: Retry,
  work: HookWork,
  untilRunning: boolean,
): Promise<LifecycleInstance> {
  const { message } = work;
  for (let polls = 0; ; polls += 1) {
    const found = (await describe(ec2, retry, [message])).get(message.instanceId);
    const state = found?.State?.Name;
    if (found && !(untilRunning && state === "pending")) return instanceOf(message, found);
    if (!found && polls >= 30)
      throw namedError("NoInstance", `EC2 does not know the instance ${message.instanceId}`);
    await work.pause(POLL_MS);
  }
}

async function describe(
  ec2: EC2Client,
  retry: Retry,
  messages: readonly HookMessage[],
): Promise<Map<string, Instance>> {
  const found = new Map<string, Instance>();
  for (let first = 0; first < messages.length; first += MOST_VALUES) {
    const some = messages.slice(first, first + MOST_VALUES);
    // By a filter, so that a deleted instance is left out instead of an error.
    const Filters = [{ Name: "instance-id", Values: some.map(({ instanceId }) => instanceId) }];
    const { Reservations = [] } = await retrying(retry, () =>
      ec2.send(new DescribeInstancesCommand({ Filters })),
    );
    for (const one of Reservations.flatMap(({ Instances = [] }) => Instances))
      found.set(one.InstanceId ?? "", one);
  }
  return found;
}

/** Most values of one filter. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html */
const MOST_VALUES = 200;

function instanceOf(message: HookMessage, found: Instance): LifecycleInstance {
  const { hookName: _hook, token: _token, ...facts } = message;
  const tags = (found.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value] as const);
  return {
    ...facts,
    instanceType: found.InstanceType ?? "",
    zone: found.Placement?.AvailabilityZone ?? "",
    state: found.State?.Name ?? "",
    ...(found.PrivateIpAddress ? { privateIpAddress: found.PrivateIpAddress } : {}),
    tags: Object.fromEntries(tags),
  };
}

async function inTime(
  result: Promise<ActionResult>,
  deps: HookDeps,
  until: number,
): Promise<ActionResult> {
  const late = deps.sleep(Math.max(0, until - deps.now())).then(() => {
    throw namedError("ActionTimeout", "the action took longer than the function's timeout allows");
  });
  // Only the first of the two counts; ignore an error of the other.
  late.catch(() => undefined);
  return Promise.race([result, late]);
}

function decisionOf(result: ActionResult): HookDecision {
  const { result: answer = "continue", reason = "the action said so" } =
    typeof result === "object" && result !== null ? result : { result: result ?? "continue" };
  if (answer === "continue") return { result: "CONTINUE" };
  if (answer === "abandon") return { result: "ABANDON", reason };
  const given = shownValue(answer);
  return {
    result: "ABANDON",
    reason: `the action answered ${given}; allowed are nothing, "continue", "abandon" and { result, reason }`,
  };
}
