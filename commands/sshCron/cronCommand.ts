import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SSMClient } from "@aws-sdk/client-ssm";
import { ensureKeyPair, replaceKeyPair } from "../../callbacks/instances/sshCron/keyMaker";
import { isFailure, type RunRecord } from "../../callbacks/instances/sshCron/model";
import { dynamoStore } from "../../callbacks/instances/sshCron/store/dynamoStore";
import { forgetPins } from "../../callbacks/instances/sshCron/store/hostKeys";
import type { RunStore } from "../../callbacks/instances/sshCron/store/runStore";
import type { Triggered, TriggeredHost } from "../../callbacks/instances/sshCron/trigger";
import { visible } from "../../callbacks/instances/sshCron/visible";
import { CommandError } from "../commandError";
import type { CronOptions } from "./cronOptions";
import { findCron, type FoundCron } from "./findCron";
import { runsTable } from "./runsTable";

export interface CronClients {
  readonly dynamodb: DynamoDBClient;
  readonly lambda: LambdaClient;
  readonly s3: S3Client;
  readonly ssm: SSMClient;
}

export interface CronContext {
  readonly clients: CronClients;
  print(line: string): void;
}

/** Creates clients for the account, region and endpoint of the environment. */
export function createCronClients(settings: object = {}): CronClients {
  return {
    dynamodb: new DynamoDBClient(settings),
    lambda: new LambdaClient(settings),
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    ssm: new SSMClient(settings),
  };
}

/**
 * Runs `runs`, `run` or `new-key`.
 *
 * @returns the exit code
 * @throws CommandError with a message for the user.
 */
export async function cronCommand(options: CronOptions, context: CronContext): Promise<number> {
  const cron = await findCron(context.clients.ssm, options);
  switch (options.command) {
    case "runs":
      return showRuns(cron, options, context);
    case "run":
      return runNow(cron, options, context);
    case "new-key":
      return newKey(cron, options.yes, context);
  }
}

function storeOf({ dynamodb }: CronClients, { tableName }: FoundCron): RunStore {
  return dynamoStore(dynamodb, tableName, 1);
}

type Options<Command> = Extract<CronOptions, { command: Command }>;

async function showRuns(
  cron: FoundCron,
  { last, occurrence, failed, json, forget }: Options<"runs">,
  { clients, print }: CronContext,
): Promise<number> {
  const store = storeOf(clients, cron);
  if (forget !== undefined) {
    await forgetPins(clients.dynamodb, cron.tableName, forget);
    print(`Forgot the keys of ${visible(forget)}: the next occurrence learns them again.`);
    return 0;
  }
  const known = await store.occurrences(occurrence === undefined ? last : 100);
  const chosen = known.filter(({ id }) => occurrence === undefined || id === occurrence);
  if (occurrence !== undefined && chosen.length === 0)
    throw new CommandError(
      `There is no occurrence '${occurrence}' of '${cron.name}' among the last 100.`,
    );
  if (chosen.length === 0) print(`'${cron.name}' has not run yet (${cron.schedule}).`);
  let failures = 0;
  for (const one of chosen.reverse()) {
    const runs = sorted(await store.runs(one.id));
    const shown = failed ? runs.filter(({ state }) => isFailure(state)) : runs;
    failures += runs.filter(({ state }) => isFailure(state)).length;
    if (json) for (const run of shown) print(JSON.stringify(run));
    else {
      const waiting = one.hosts.length - runs.length;
      const more = one.skipped ?? (waiting > 0 ? `${waiting} of ${one.hosts.length} wait` : "");
      print(`${one.id}  ${one.hosts.length} hosts${more ? `  (${more})` : ""}`);
      if (shown.length > 0) print(runsTable(shown));
    }
  }
  if (!json && chosen.length > 0) print(`Logs: s3://${cron.logsBucket}/`);
  return failed && failures > 0 ? 1 : 0;
}

function sorted(runs: readonly RunRecord[]): RunRecord[] {
  return [...runs].sort((one, other) => (one.host < other.host ? -1 : 1));
}

async function runNow(
  cron: FoundCron,
  { hosts, failed, dryRun }: Options<"run">,
  { clients, print }: CronContext,
): Promise<number> {
  const chosen = failed ? await failedHosts(cron, clients) : hosts;
  if (chosen?.length === 0) {
    print(`No host failed in the last occurrence of '${cron.name}'.`);
    return 0;
  }
  const run = { ...(chosen ? { hosts: chosen } : {}), dryRun };
  const answer = await clients.lambda.send(
    new InvokeCommand({ FunctionName: cron.triggerName, Payload: JSON.stringify({ run }) }),
  );
  const text = Buffer.from(answer.Payload ?? []).toString();
  if (answer.FunctionError !== undefined)
    throw new CommandError(
      `run: ${(JSON.parse(text) as { errorMessage?: string }).errorMessage ?? text}`,
    );
  const triggered = JSON.parse(text) as Triggered;
  for (const host of triggered.hosts) {
    print(`${host.id}  ${visible(host.name)}  ${placeOf(host)}`);
    for (const pin of host.pins ?? []) print(`  key      ${visible(pin)}`);
    if (host.pins?.length === 0) print("  key      none is known yet");
    for (const command of host.commands ?? []) print(`  command  ${visible(command)}`);
  }
  print(
    dryRun
      ? `Nothing was run (--dry-run). It would run on ${triggered.hosts.length} hosts.`
      : `Started on ${triggered.hosts.length} hosts: npx aws-callbacks runs ${cron.name} --occurrence ${triggered.occurrence}`,
  );
  return 0;
}

function placeOf({ address, port }: TriggeredHost): string {
  return address === undefined ? "by Systems Manager" : `${address}:${port}`;
}

async function failedHosts(cron: FoundCron, clients: CronClients): Promise<string[]> {
  const store = storeOf(clients, cron);
  for (const { id } of await store.occurrences(100)) {
    const runs = await store.runs(id);
    if (runs.length === 0) continue;
    return runs.filter(({ state }) => isFailure(state)).map(({ host }) => host);
  }
  return [];
}

async function newKey(
  cron: FoundCron,
  yes: boolean,
  { clients, print }: CronContext,
): Promise<number> {
  const { keyBucket: bucket, keyName: key, name } = cron;
  if (bucket === undefined || key === undefined)
    throw new CommandError(
      `new-key: the key of '${name}' is not in S3; create it where it is stored.`,
    );
  const place = { bucket, key };
  const { publicKey, isNew } = yes
    ? { publicKey: await replaceKeyPair(clients.s3, place, name), isNew: true }
    : await ensureKeyPair(clients.s3, place, name);
  print(publicKey);
  if (isNew) {
    print(`Its private part is s3://${bucket}/${key}. Put the line above into the hosts'`);
    print(`~${cron.user}/.ssh/authorized_keys, or into their user data.`);
  } else print(`A key pair exists already; nothing was changed. To replace it, give --yes.`);
  return 0;
}
