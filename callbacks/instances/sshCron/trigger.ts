import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EC2Client } from "@aws-sdk/client-ec2";
import { SQSClient } from "@aws-sdk/client-sqs";
import { atOnce } from "../../atOnce";
import { type Deps, systemDeps } from "../../deps";
import { findHosts } from "./hosts";
import { learnKeys } from "./learnKeys";
import { metricLine } from "./metrics";
import type { SshHost } from "./model";
import { isInWindow, occurrenceName, startByOf, type TriggerEvent } from "./occurrence";
import { planRun, shownHost } from "./planRun";
import { sendMessages } from "./sendMessages";
import type {
  RunMessage,
  SendRequest,
  SshCronFunctions,
  SshCronSettings,
  TargetQuery,
} from "./settings";
import { dynamoStore } from "./store/dynamoStore";
import type { Occurrence } from "./store/runStore";
import { wavesOf } from "./waves";

export const deploymentOnlyModule = true;

export interface TriggerConfig {
  readonly settings: SshCronSettings;
  readonly functions: SshCronFunctions;
  readonly queries: readonly TargetQuery[];
  readonly tableName: string;
  readonly queueUrl: string;
}

export interface TriggeredHost extends Pick<SshHost, "id" | "name"> {
  /** Address of the host; absent where Systems Manager contacts its agent. */
  readonly address?: string;
  readonly port?: number;
  /** Set in a dry run. */
  readonly commands?: readonly string[];
  readonly pins?: readonly string[];
}

/** What the trigger did, or would do. */
export interface Triggered {
  readonly occurrence: string;
  readonly hosts: readonly TriggeredHost[];
  readonly skipped?: string;
}

type Handler = (
  event: TriggerEvent,
  context: { getRemainingTimeInMillis(): number },
) => Promise<Triggered>;

/** Made for `callbackFactory`: finds the hosts of an occurrence, and sends a message for each to the queue. */
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

/** Milliseconds in which a poll may start; the next minute polls again. */
const QUESTION_MS = 5 * 60_000;
/** Number of earlier occurrences that `when` receives. */
const LAST_RUNS = 10;

export function triggerHandler(
  config: TriggerConfig,
  deps: Deps,
  print: (line: string) => void,
): Handler {
  const { settings, functions } = config;
  const shown = (host: SshHost): TriggeredHost => shownHost(host, settings);
  const ec2 = new EC2Client(deps.aws);
  const sqs = new SQSClient(deps.aws);
  const store = dynamoStore(
    new DynamoDBClient(deps.aws),
    config.tableName,
    settings.recordDays,
    deps,
  );

  /** Returns why an occurrence of the schedule is skipped on all hosts. */
  const skipReason = async (id: string, due: number): Promise<string | undefined> => {
    if (settings.window && !isInWindow(settings.window, due)) return "outside the window";
    if (!functions.when) return undefined;
    const last = await store.occurrences(LAST_RUNS);
    const lastRuns = last
      .filter((one) => one.id !== id)
      .map(({ id: time, hosts, counts }) => ({ time, hosts: hosts.length, counts }));
    const isNow = atOnce("when", functions.when({ time: id }, lastRuns));
    return isNow ? undefined : "when: not now";
  };

  /** Sends messages for an occurrence that has begun, with the present hosts: their addresses may have changed. */
  const sendMore = async (
    { occurrence: id, hosts: ids, poll }: SendRequest,
    until: number,
  ): Promise<Triggered> => {
    const occurrence = await store.occurrence(id);
    if (!occurrence) throw new Error(`There is no occurrence ${id}.`);
    const found = await findHosts(ec2, settings, functions, config.queries);
    const hosts = found.filter((host) => ids.includes(host.id));
    if (!poll) {
      await learnKeys(hosts, { settings, ec2, store, deps, until });
      const reason = "it no longer runs, or is not a target";
      const gone = ids.filter((host) => !hosts.some((one) => one.id === host));
      for (const host of gone)
        await store.note({ occurrence: id, host, state: "skipped", reason }, deps.now());
    }
    const startBy = poll ? deps.now() + QUESTION_MS : occurrence.startBy;
    const messages = hosts.map((host): RunMessage => ({
      occurrence: id,
      startBy,
      host,
      ...(poll ? { poll } : {}),
    }));
    await sendMessages(sqs, config.queueUrl, messages, { deps, until });
    return { occurrence: id, hosts: hosts.map(shown) };
  };

  return async (event, context) => {
    const now = deps.now();
    const until = now + context.getRemainingTimeInMillis() - 5_000;
    if ("send" in event) return sendMore(event.send, until);
    const id = occurrenceName(event, now);
    const due = Date.parse(id);
    const manual = "run" in event ? event.run : undefined;
    const skipped = manual ? undefined : await skipReason(id, due);
    const found = skipped ? [] : await findHosts(ec2, settings, functions, config.queries);
    const hosts = wanted(found, manual?.hosts);
    if (manual?.dryRun)
      return { occurrence: id, hosts: await planRun(hosts, settings, functions, store) };
    const startBy = startByOf(settings, due);
    const occurrence: Occurrence = {
      id,
      due,
      startBy,
      hosts: hostsOf(hosts),
      ...(skipped ? { skipped } : {}),
    };
    // A second delivery works on the hosts that the first has found, and does nothing when the first has finished.
    const begun = await store.begin(occurrence, now);
    const own = begun ? hosts.filter((host) => begun.hosts.includes(host.id)) : hosts;
    const triggered = { occurrence: id, hosts: own.map(shown) };
    if (begun?.sent) return triggered;
    const [first = []] = wavesOf((begun ?? occurrence).hosts, settings.batch);
    const wave = own.filter((host) => first.includes(host.id));
    await learnKeys(wave, { settings, ec2, store, deps, until });
    const messages = wave.map((host): RunMessage => ({ occurrence: id, startBy, host }));
    await sendMessages(sqs, config.queueUrl, messages, { deps, until });
    await store.sent(id);
    print(
      metricLine(
        settings.metricsName,
        now,
        { Occurrences: 1, Hosts: own.length },
        { occurrence: id },
      ),
    );
    return { ...triggered, ...(skipped ? { skipped } : {}) };
  };
}

function hostsOf(hosts: readonly SshHost[]): string[] {
  return hosts.map(({ id }) => id);
}

function wanted(hosts: readonly SshHost[], ids: readonly string[] | undefined): readonly SshHost[] {
  if (!ids) return hosts;
  const missing = ids.find((id) => !hosts.some((host) => host.id === id));
  if (missing !== undefined)
    throw new Error(`The host ${missing} is none of the targets that run now.`);
  return hosts.filter((host) => ids.includes(host.id));
}
