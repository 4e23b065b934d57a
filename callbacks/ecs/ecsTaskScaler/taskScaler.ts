import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ECSClient } from "@aws-sdk/client-ecs";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";
import { decideTasks } from "../scaling/decide";
import type { DecideTasks, Decision, Look } from "../scaling/model";
import { pinCount, refuseOtherScaler, setDesired, setResolution } from "./change";
import { configurationFrom, type TaskScalerConfig, type TaskScalerSettings } from "./configuration";
import { type Memory, type Noted, recall, remember, type Remembered } from "./memory";
import { metricLine } from "./publish";
import { readSeries } from "./readSeries";
import { readService, REFUSED, type ServiceLook } from "./readService";
import { needsTick, startTicking, stopTicking } from "./tick";
import { isTick, wakeOf, type WakeEvent } from "./wake";

export const deploymentOnlyModule = true;

/** What a look came to. */
export interface Looked {
  readonly outcome: Noted["outcome"] | "overtaken";
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

type Handler = (event: WakeEvent) => Promise<Looked>;

/** What the handler takes from its surroundings, so that a test owns time. */
export interface TaskScalerDeps {
  now(): number;
  print(line: string): void;
  /** Settings of every AWS client. Lambda needs none: its environment has them. */
  readonly aws: { readonly endpoint?: string; readonly region?: string };
}

/** Made for `callbackFactory`: looks at a service and its metrics, and sets the desired count. */
export const taskScalerFactory =
  (settings: TaskScalerSettings, decide: DecideTasks | undefined) => (): Handler =>
    taskScalerHandler(
      { ...configurationFrom(process.env), settings, ...(decide ? { decide } : {}) },
      {
        now: () => Date.now(),
        // A JSON log wraps what console.log is given; CloudWatch reads metrics from the top of a line only.
        print: (line) => void process.stdout.write(`${line}\n`),
        aws: {},
      },
    );

interface Clients {
  readonly autoScaling: ApplicationAutoScalingClient;
  readonly cloudwatch: CloudWatchClient;
  readonly dynamodb: DynamoDBClient;
  readonly ecs: ECSClient;
  readonly events: EventBridgeClient;
  readonly sqs: SQSClient;
  readonly ssm: SSMClient;
}

/**
 * Whatever wakes it does the same: it looks at what is there now. So an event that comes twice, late or with another's
 * is harmless, and one that is lost is made up for by the next.
 */
export function taskScalerHandler(config: TaskScalerConfig, deps: TaskScalerDeps): Handler {
  const clients: Clients = {
    autoScaling: new ApplicationAutoScalingClient(deps.aws),
    cloudwatch: new CloudWatchClient(deps.aws),
    dynamodb: new DynamoDBClient(deps.aws),
    ecs: new ECSClient(deps.aws),
    events: new EventBridgeClient(deps.aws),
    sqs: new SQSClient(deps.aws),
    ssm: new SSMClient(deps.aws),
  };
  const store = { dynamodb: clients.dynamodb, tableName: config.tableName };

  const look: Handler = async (event) => {
    const now = deps.now();
    const [memory, service, series] = await Promise.all([
      recall(store),
      readService(clients.ecs, config),
      readSeries(clients, config, now),
    ]);
    const recalled = isTick(event) ? { ...memory, ticking: true } : memory;
    const look = lookOf({ now, service, series, memory });
    const underWay = changeUnderWay(memory, service, now);
    if (underWay) return { ...underWay, outcome: "overtaken", why: "another look makes a change" };
    const decision = decideTasks(look, config.settings, config.decide);
    const at = { clients, config, memory: recalled, decision, look };
    const noted = { ...decision, at: now, woken: wakeOf(event) };
    const written = await act(at, noted, (record, remembered) =>
      remember(store, record, { version: memory.version, remembered }),
    );
    if (written === undefined) return lookedOf("overtaken", decision);
    deps.print(metricLine(config, written, service.running));
    // The alarm on errors is how somebody hears of it.
    if (decision.failed !== undefined) throw failure(decision.failed);
    return lookedOf(written.outcome, decision);
  };

  return async (event) => {
    try {
      return await look(event);
    } catch (error) {
      const { name, message } = error as Error;
      // The alarm tells once, and may have told this very look: as long as looks fail there is to be another.
      if (![REFUSED, DECIDE_FAILED].includes(name))
        await startTicking(clients, config).catch(() => undefined);
      // An update of the program is not to fail for what its service is like at the moment.
      if (wakeOf(event) !== "update") throw error;
      console.error("failed", { reason: `${name}: ${message}` });
      return { outcome: "refused", from: NaN, to: NaN, why: message };
    }
  };
}

interface Acting {
  readonly clients: Clients;
  readonly config: TaskScalerConfig;
  readonly memory: Memory;
  readonly decision: Decision;
  readonly look: Look;
}

type Write = (noted: Noted, remembered: Remembered | undefined) => Promise<boolean>;

/** Does what was decided; undefined when another look was first. */
async function act(
  acting: Acting,
  noted: Omit<Noted, "outcome">,
  write: Write,
): Promise<Noted | undefined> {
  const { config, decision } = acting;
  const isChange = decision.to !== decision.from;
  if (isChange && config.settings.mode === "scale") return change(acting, noted, write);
  return keep(acting, { ...noted, outcome: isChange ? "observed" : "kept" }, write);
}

/**
 * There must be a next look before anything is changed, and the claim before the change: whoever claims second has
 * looked at an older state, and does nothing.
 */
async function change(
  { clients, config, memory, decision, look }: Acting,
  noted: Omit<Noted, "outcome">,
  write: Write,
): Promise<Noted | undefined> {
  await refuseOtherScaler(clients.autoScaling, config);
  if (!memory.ticking) await startTicking(clients, config);
  const { from, to, basis } = decision;
  const changed: Noted = { ...noted, outcome: "changed" };
  const changes = [...look.changes, { at: look.now, from, to, basis }];
  const claimed = await write(changed, {
    ...rememberedOf(look, decision, memory),
    changes,
    ticking: true,
  });
  if (!claimed) return undefined;
  await pinCount(clients.ssm, config.pinName, to);
  await setDesired(clients.ecs, config, to);
  return changed;
}

async function keep(
  { clients, config, memory, decision, look }: Acting,
  noted: Noted,
  write: Write,
): Promise<Noted | undefined> {
  const reached = { ...decision, to: decision.from };
  const ticking = await needsTick(clients, config, { ...reached, again: decision.again });
  if (ticking && !memory.ticking) await startTicking(clients, config);
  const resolution = await keepResolution(clients, config, memory);
  const remembered = { ...rememberedOf(look, decision, memory), resolution, ticking };
  await keepPin(clients, config, memory, look);
  const before = seenOf(memory);
  const isNew = JSON.stringify(remembered) !== JSON.stringify(before);
  if (!(await write(noted, isNew ? remembered : undefined))) return undefined;
  if (!ticking && memory.ticking) await stopTicking(clients, config, reached);
  return noted;
}

/** A change that never came to the service, or that somebody has undone: the pin says what there is. */
async function keepPin(
  { ssm }: Clients,
  { pinName, settings }: TaskScalerConfig,
  memory: Memory,
  { desired }: Look,
): Promise<void> {
  const last = memory.changes.at(-1);
  if (settings.mode === "observe" || !last || last.to === desired) return;
  await pinCount(ssm, pinName, desired);
}

async function keepResolution(
  { ecs }: Clients,
  config: TaskScalerConfig,
  memory: Memory,
): Promise<number | undefined> {
  const { mode, resolution } = config.settings;
  if (mode === "observe" || resolution === undefined || memory.resolution === resolution)
    return memory.resolution;
  await setResolution(ecs, config, resolution);
  return resolution;
}

/** Milliseconds after which a look that has claimed a change is over, whatever became of it: the function's timeout. */
const LONGEST_LOOK = 30_000;

/** A change that another look has claimed, and may be about to make. */
function changeUnderWay(
  { changes }: Memory,
  { desired }: ServiceLook,
  now: number,
): { readonly from: number; readonly to: number } | undefined {
  const last = changes.at(-1);
  if (!last || last.to === desired || now >= last.at + LONGEST_LOOK) return undefined;
  return { from: last.from, to: last.to };
}

function lookOf({
  now,
  service,
  series,
  memory,
}: {
  readonly now: number;
  readonly service: ServiceLook;
  readonly series: Look["series"];
  readonly memory: Memory;
}): Look {
  const { desired, running, pending, rollout } = service;
  const last = memory.changes.at(-1);
  // One that the service does not have was never made, or somebody has undone it.
  const changes = last && last.to !== desired ? memory.changes.slice(0, -1) : memory.changes;
  // As long as further tasks start there is capacity.
  const starts = running > (memory.running ?? running);
  return {
    now,
    desired,
    running,
    pending,
    series,
    changes,
    ...(rollout ? { rollout } : {}),
    ...(memory.override ? { override: memory.override } : {}),
    ...(memory.suspended ? { suspended: true } : {}),
    ...(memory.lackingSince === undefined || starts ? {} : { lackingSince: memory.lackingSince }),
  };
}

function rememberedOf(look: Look, decision: Decision, memory: Memory): Remembered {
  return {
    changes: look.changes,
    ticking: memory.ticking,
    ...(decision.lackingSince === undefined ? {} : { lackingSince: decision.lackingSince }),
    // Only while tasks are awaited does it matter: otherwise each look would have something new.
    ...(decision.lackingSince === undefined ? {} : { running: look.running }),
    ...(memory.resolution === undefined ? {} : { resolution: memory.resolution }),
  };
}

function seenOf({ changes, ticking, lackingSince, running, resolution }: Memory): Remembered {
  return {
    changes,
    ticking,
    ...(lackingSince === undefined ? {} : { lackingSince }),
    ...(running === undefined ? {} : { running }),
    ...(resolution === undefined ? {} : { resolution }),
  };
}

function lookedOf(outcome: Looked["outcome"], { from, to, why }: Decision): Looked {
  return { outcome, from, to, why };
}

const DECIDE_FAILED = "DecideFailed";

/** Without a stack, which tells only of places in the packed file. */
function failure(message: string): Error {
  return Object.assign(new Error(message), { name: DECIDE_FAILED, stack: "" });
}
