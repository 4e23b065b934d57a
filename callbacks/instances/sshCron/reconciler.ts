import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { type Deps, systemDeps } from "../../deps";
import { metricLine } from "./metrics";
import { isFailure } from "./model";
import { reconcileRuns, missedOccurrence } from "./reconcile";
import type { SendRequest, SshCronSettings } from "./settings";
import { dynamoStore } from "./store/dynamoStore";
import type { Occurrence, RunStore } from "./store/runStore";
import { nextWave } from "./waves";

export const deploymentOnlyModule = true;

export interface ReconcilerSettings extends SshCronSettings {
  readonly enabled: boolean;
  readonly flexibleMinutes: number;
}

type Handler = () => Promise<void>;

/** Made for `callbackFactory`: ends runs that nothing else ends, and reports occurrences that did not happen. */
export const reconcilerFactory = (settings: ReconcilerSettings) => (): Handler => {
  const { TABLE_NAME = "", TRIGGER_NAME } = process.env;
  const { aws, now } = systemDeps;
  const store = dynamoStore(new DynamoDBClient(aws), TABLE_NAME, settings.recordDays);
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  // Set where occurrences have further waves or polls.
  const send = TRIGGER_NAME === undefined ? undefined : sender(new LambdaClient(aws), TRIGGER_NAME);
  return reconcilerHandler(settings, store, { now, ...(send ? { send } : {}) }, print);
};

/** Calls the trigger, which finds the present hosts; its errors become errors of this call. */
function sender(
  lambda: LambdaClient,
  FunctionName: string,
): (request: SendRequest) => Promise<void> {
  return async (send) => {
    const Payload = JSON.stringify({ send });
    const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload }));
    if (answer.FunctionError !== undefined)
      throw new Error(`The trigger failed: ${Buffer.from(answer.Payload ?? []).toString()}`);
  };
}

export interface ReconcilerPorts extends Pick<Deps, "now"> {
  /** Absent where occurrences have no further waves or polls. */
  send?(request: SendRequest): Promise<void>;
}

/** Number of latest occurrences to read; open ones are among them: each is closed within two periods. */
const MOST_OCCURRENCES = 50;
/** Name of the item with the schedule that was seen last, and since when. */
const SCHEDULE = "schedule";

export function reconcilerHandler(
  settings: ReconcilerSettings,
  store: RunStore,
  { now, send }: ReconcilerPorts,
  print: (line: string) => void,
): Handler {
  return async () => {
    const at = now();
    const occurrences = await store.occurrences(MOST_OCCURRENCES);
    const open = occurrences.filter(({ counts }) => !counts);
    let failures = 0;
    for (const occurrence of open) failures += await settle(occurrence, store, at, print);
    const missed = await missedSince(settings, occurrences, store, at);
    failures += missed;
    print(metricLine(settings.metricsName, at, { Failures: failures, MissedOccurrences: missed }));
    if (!send) return;
    for (const occurrence of open) await follow(occurrence, settings, store, { now: at, send });
  };
}

/** @returns how many runs ended in a state that needs attention */
async function settle(
  occurrence: Occurrence,
  store: RunStore,
  now: number,
  print: (line: string) => void,
): Promise<number> {
  const { ends, counts } = reconcileRuns(occurrence, await store.runs(occurrence.id), now);
  let failures = 0;
  let isSettled = true;
  for (const { host, run, end } of ends) {
    const record = { occurrence: occurrence.id, host, ...end };
    const written = run ? await store.giveUp(run, end, now) : await store.note(record, now);
    print(JSON.stringify({ ...record, written }));
    // It has begun or ended at this moment: the next check decides.
    if (!written) isSettled = false;
    else if (isFailure(end.state)) failures += 1;
  }
  if (counts && isSettled) await store.close(occurrence.id, counts);
  return failures;
}

/** Polls background jobs, and begins the next wave when it is due. */
async function follow(
  occurrence: Occurrence,
  { batch }: ReconcilerSettings,
  store: RunStore,
  { now, send }: { now: number; send: NonNullable<ReconcilerPorts["send"]> },
): Promise<void> {
  const { id } = occurrence;
  const runs = await store.runs(id);
  const asked = runs.filter(({ state, detached }) => state === "running" && detached);
  const hosts = asked.map(({ host }) => host);
  if (hosts.length > 0) await send({ occurrence: id, hosts, poll: true });
  const next = nextWave(occurrence, runs, batch, now);
  if (next.kind === "send") {
    await send({ occurrence: id, hosts: next.hosts, poll: false });
    await store.sentWave(id, next.wave);
  }
  if (next.kind !== "stop") return;
  const failed = next.failures === 1 ? "1 run" : `${next.failures} runs`;
  const reason = `stopped: ${failed} of the waves before had failed`;
  for (const host of next.hosts)
    await store.note({ occurrence: id, host, state: "skipped", reason }, now);
}

/** Records the occurrences that were missed since the last one: 1 when there was one. */
async function missedSince(
  { enabled, flexibleMinutes, ...settings }: ReconcilerSettings,
  occurrences: readonly Occurrence[],
  store: RunStore,
  now: number,
): Promise<number> {
  const { schedule, timezone } = settings;
  const [expression, from] = JSON.parse((await store.recall(SCHEDULE)) ?? "[]") as [
    string?,
    number?,
  ];
  const isNew = expression !== `${enabled} ${schedule} ${timezone}`;
  const since = isNew || from === undefined ? now : from;
  if (isNew)
    await store.keep(SCHEDULE, JSON.stringify([`${enabled} ${schedule} ${timezone}`, now]));
  if (!enabled) return 0;
  // Occurrences of the command `run` do not count: their names have milliseconds.
  const last = occurrences.find(({ id }) => !/\.\d+Z$/.test(id))?.due ?? 0;
  const span = { since: Math.max(since, last), now, flexibleMinutes };
  const due = missedOccurrence(settings, span);
  if (due === undefined) return 0;
  const id = new Date(due).toISOString().replace(/\.\d+Z$/, "Z");
  const occurrence = {
    id,
    due,
    startBy: due,
    hosts: [],
    skipped: "missed: the trigger did not run",
  };
  if (await store.begin(occurrence, now)) return 0;
  await store.close(id, { missed: 1 });
  return 1;
}
