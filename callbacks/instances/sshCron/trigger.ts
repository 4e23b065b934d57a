import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EC2Client, GetConsoleOutputCommand } from "@aws-sdk/client-ec2";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type Deps, systemDeps } from "../../deps";
import { nameOf, retrying } from "../../retry";
import { findHosts } from "./hosts";
import { metricLine } from "./metrics";
import type { SshHost } from "./model";
import { isInWindow, occurrenceName, startByOf, type TriggerEvent } from "./occurrence";
import {
  commandsFor,
  pinsFor,
  type RunMessage,
  type SshCronFunctions,
  type SshCronSettings,
  type TargetQuery,
} from "./settings";
import { keysInConsole } from "./ssh/hostKeys";
import { dynamoStore } from "./store/dynamoStore";
import type { Occurrence, RunStore } from "./store/runStore";

export const deploymentOnlyModule = true;

export interface TriggerConfig {
  readonly settings: SshCronSettings;
  readonly functions: SshCronFunctions;
  readonly queries: readonly TargetQuery[];
  readonly tableName: string;
  readonly queueUrl: string;
}

/** What the trigger did, or what it would do. */
export interface Triggered {
  readonly occurrence: string;
  readonly hosts: readonly (Pick<SshHost, "id" | "name" | "address" | "port"> & {
    /** Of a dry run. */
    readonly commands?: readonly string[];
    readonly pins?: readonly string[];
  })[];
  readonly skipped?: string;
}

type Handler = (
  event: TriggerEvent,
  context: { getRemainingTimeInMillis(): number },
) => Promise<Triggered>;

/** Made for `callbackFactory`: finds the hosts of an occurrence, and puts a message for each into the queue. */
export const triggerFactory =
  (settings: SshCronSettings, functions: SshCronFunctions) => (): Handler => {
    const { env } = process;
    const config = {
      settings,
      functions,
      queries: JSON.parse(env.TARGETS ?? "[]") as TargetQuery[],
      tableName: env.TABLE_NAME ?? "",
      queueUrl: env.QUEUE_URL ?? "",
    };
    return triggerHandler(config, systemDeps, (line) => void process.stdout.write(`${line}\n`));
  };

/** Messages of one call. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const BATCH = 10;
const CALLS_AT_ONCE = 10;
/** Occurrences that `when` looks back at. */
const LAST_RUNS = 10;

export function triggerHandler(
  config: TriggerConfig,
  deps: Deps,
  print: (line: string) => void,
): Handler {
  const { settings, functions } = config;
  const ec2 = new EC2Client(deps.aws);
  const sqs = new SQSClient(deps.aws);
  const store = dynamoStore(
    new DynamoDBClient(deps.aws),
    config.tableName,
    settings.recordDays,
    deps,
  );

  /** Why an occurrence of the schedule is not for any host. */
  const skipReason = async (id: string, due: number): Promise<string | undefined> => {
    if (settings.window && !isInWindow(settings.window, due)) return "outside the window";
    if (!functions.when) return undefined;
    const last = await store.occurrences(LAST_RUNS);
    const lastRuns = last
      .filter((one) => one.id !== id)
      .map(({ id: time, hosts, counts }) => ({ time, hosts: hosts.length, counts }));
    return functions.when({ time: id }, lastRuns) ? undefined : "when: not now";
  };

  return async (event, context) => {
    const now = deps.now();
    const id = occurrenceName(event, now);
    const due = Date.parse(id);
    const manual = "run" in event ? event.run : undefined;
    const skipped = manual ? undefined : await skipReason(id, due);
    const found = skipped ? [] : await findHosts(ec2, settings, functions, config.queries);
    const hosts = wanted(found, manual?.hosts);
    if (manual?.dryRun)
      return { occurrence: id, hosts: await planOf(hosts, settings, functions, store) };
    const startBy = startByOf(settings, due);
    const occurrence: Occurrence = {
      id,
      due,
      startBy,
      hosts: hosts.map((host) => host.id),
      ...(skipped ? { skipped } : {}),
    };
    // A second delivery works on what the first has found, and on nothing when the first was done.
    const begun = await store.begin(occurrence, now);
    const own = begun ? hosts.filter((host) => begun.hosts.includes(host.id)) : hosts;
    const shown = own.map(({ id: host, name, address, port }) => ({
      id: host,
      name,
      address,
      port,
    }));
    if (begun?.sent) return { occurrence: id, hosts: shown };
    const until = now + context.getRemainingTimeInMillis() - 5_000;
    await learnKeys(own, { settings, ec2, store, deps, until });
    const messages = own.map((host): RunMessage => ({ occurrence: id, startBy, host }));
    await send(sqs, config.queueUrl, messages, { deps, until });
    await store.sent(id);
    print(
      metricLine(
        settings.metricsName,
        now,
        { Occurrences: 1, Hosts: own.length },
        { occurrence: id },
      ),
    );
    return { occurrence: id, hosts: shown, ...(skipped ? { skipped } : {}) };
  };
}

function wanted(hosts: readonly SshHost[], ids: readonly string[] | undefined): readonly SshHost[] {
  if (!ids) return hosts;
  const missing = ids.find((id) => !hosts.some((host) => host.id === id));
  if (missing !== undefined)
    throw new Error(`The host ${missing} is none of the targets that run now.`);
  return hosts.filter((host) => ids.includes(host.id));
}

async function planOf(
  hosts: readonly SshHost[],
  settings: SshCronSettings,
  functions: SshCronFunctions,
  store: RunStore,
): Promise<Triggered["hosts"]> {
  const planned: Triggered["hosts"][number][] = [];
  for (const host of hosts) {
    const { id, name, address, port } = host;
    const given = pinsFor(settings, host);
    const pins = given.length > 0 ? given : await store.pins(id);
    const script = settings.script ? [`script ${settings.script.sha256}`] : [];
    const commands = [...commandsFor(settings, functions, host), ...script];
    planned.push({ id, name, address, port, commands, pins });
  }
  return planned;
}

interface Calling {
  readonly deps: Deps;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/**
 * Remembers the keys of instances that are seen for the first time, as their consoles show them. The trigger does it
 * because a worker in a network without a way out cannot reach EC2's API.
 */
async function learnKeys(
  hosts: readonly SshHost[],
  {
    settings,
    ec2,
    store,
    deps,
    until,
  }: Calling & { settings: SshCronSettings; ec2: EC2Client; store: RunStore },
): Promise<void> {
  if (settings.trustOnFirstUse) return;
  const unpinned = hosts.filter(
    (host) => host.kind === "instance" && pinsFor(settings, host).length === 0,
  );
  const known = await store.known(unpinned.map(({ id }) => id));
  const unknown = unpinned.filter(({ id }) => !known.has(id));
  await inParallel(unknown, async ({ id }) => {
    const output = await retrying({ deps, until }, () => consoleOf(ec2, id)).catch((error) => {
      // The run says that no key is known; why stands here.
      console.error("console output", { host: id, reason: nameOf(error) });
      return "";
    });
    const pins = keysInConsole(output);
    if (pins.length > 0) await store.rememberPins(id, pins, "console", deps.now());
  });
}

/** As it is now, where the type of the instance can tell that. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html */
async function consoleOf(ec2: EC2Client, InstanceId: string): Promise<string> {
  const read = async (Latest?: boolean): Promise<string> => {
    const { Output = "" } = await ec2.send(new GetConsoleOutputCommand({ InstanceId, Latest }));
    return Buffer.from(Output, "base64").toString();
  };
  return read(true).catch((error) => {
    if (nameOf(error) !== "UnsupportedOperation") throw error;
    return read();
  });
}

async function send(
  sqs: SQSClient,
  QueueUrl: string,
  messages: readonly RunMessage[],
  retry: Calling,
): Promise<void> {
  const batches = Array.from({ length: Math.ceil(messages.length / BATCH) }, (_value, index) =>
    messages.slice(index * BATCH, (index + 1) * BATCH),
  );
  await inParallel(batches, async (batch) => {
    const Entries = batch.map((message, index) => ({
      Id: String(index),
      MessageBody: JSON.stringify(message),
      // On a standard queue it makes the hosts share the workers fairly.
      // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
      MessageGroupId: message.host.id,
    }));
    const answer = await retrying(retry, () =>
      sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })),
    );
    const [failed] = answer.Failed ?? [];
    // The whole occurrence is sent again: a host that gets two messages runs once.
    if (failed) throw new Error(`A message was not taken: ${failed.Code} ${failed.Message}`);
  });
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, worker));
}
