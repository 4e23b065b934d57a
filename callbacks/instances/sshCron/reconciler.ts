import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type Deps, systemDeps } from "../../deps";
import { metricLine } from "./metrics";
import { isFailure } from "./model";
import { judge, missedOccurrence } from "./reconcile";
import type { SshCronSettings } from "./settings";
import { dynamoStore } from "./store/dynamoStore";
import type { Occurrence, RunStore } from "./store/runStore";

export const deploymentOnlyModule = true;

export interface ReconcilerSettings extends SshCronSettings {
  readonly enabled: boolean;
  readonly flexibleMinutes: number;
}

type Handler = () => Promise<void>;

/** Made for `callbackFactory`: ends what nobody ends, and tells of occurrences that did not come. */
export const reconcilerFactory = (settings: ReconcilerSettings) => (): Handler => {
  const store = dynamoStore(
    new DynamoDBClient(systemDeps.aws),
    process.env.TABLE_NAME ?? "",
    settings.recordDays,
  );
  return reconcilerHandler(settings, store, systemDeps, (line) =>
    process.stdout.write(`${line}\n`),
  );
};

/** Open occurrences are among the last: each is closed within two periods. */
const LOOKED_AT = 50;
/** Name of the schedule that was seen last, and since when. */
const SCHEDULE = "schedule";

export function reconcilerHandler(
  settings: ReconcilerSettings,
  store: RunStore,
  { now }: Pick<Deps, "now">,
  print: (line: string) => void,
): Handler {
  return async () => {
    const at = now();
    const occurrences = await store.occurrences(LOOKED_AT);
    let failures = 0;
    for (const occurrence of occurrences)
      if (!occurrence.counts) failures += await settle(occurrence, store, at, print);
    const missed = await missedSince(settings, occurrences, store, at);
    failures += missed;
    print(metricLine(settings.metricsName, at, { Failures: failures, MissedOccurrences: missed }));
  };
}

/** @returns how many runs ended that somebody should look at */
async function settle(
  occurrence: Occurrence,
  store: RunStore,
  now: number,
  print: (line: string) => void,
): Promise<number> {
  const { ends, counts } = judge(occurrence, await store.runs(occurrence.id), now);
  let failures = 0;
  let isSettled = true;
  for (const { host, run, end } of ends) {
    const record = { occurrence: occurrence.id, host, ...end };
    const written = run ? await store.giveUp(run, end, now) : await store.note(record, now);
    print(JSON.stringify({ ...record, written }));
    // It has begun or ended in this moment: the next look tells how.
    if (!written) isSettled = false;
    else if (isFailure(end.state)) failures += 1;
  }
  if (counts && isSettled) await store.close(occurrence.id, counts);
  return failures;
}

/** Records the occurrences that should have come since the last one: 1 when there was one. */
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
  // One of a command is none of the schedule: it has milliseconds.
  const last = occurrences.find(({ id }) => !/\.\d+Z$/.test(id))?.due ?? 0;
  const looked = { since: Math.max(since, last), now, flexibleMinutes };
  const due = missedOccurrence(settings, looked);
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
