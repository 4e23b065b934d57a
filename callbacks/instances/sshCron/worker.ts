import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type Deps, systemDeps } from "../../deps";
import { reasonOf } from "../../retry";
import { pollMessage } from "./poll";
import type { RunPorts, ScriptObject } from "./prepare";
import { runMessage } from "./runMessage";
import type { RunMessage, SshCronFunctions, SshCronSettings } from "./settings";
import { dynamoStore } from "./store/dynamoStore";
import type { RunStore } from "./store/runStore";
import type { Transport } from "./transport";

export const deploymentOnlyModule = true;

/** A script in a bucket. */
export interface ScriptSource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly sha256?: string;
}

export interface WorkerConfig {
  readonly settings: SshCronSettings;
  readonly functions: SshCronFunctions;
  readonly script?: ScriptSource;
  readonly tableName: string;
  readonly logsBucket: string;
  readonly logsPrefix: string;
}

interface QueueEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

export type WorkerHandler = (
  event: QueueEvent,
  context: { getRemainingTimeInMillis(): number },
) => Promise<BatchResponse>;

/** Reads the environment that the component has set. */
export function workerConfig(settings: SshCronSettings, functions: SshCronFunctions): WorkerConfig {
  const { env } = process;
  return {
    settings,
    functions,
    ...(env.SCRIPT ? { script: JSON.parse(env.SCRIPT) as ScriptSource } : {}),
    tableName: env.TABLE_NAME ?? "",
    logsBucket: env.LOGS_BUCKET ?? "",
    logsPrefix: env.LOGS_PREFIX ?? "",
  };
}

/** Creates the handler that runs the job on the host of each message. */
export function workerHandler(
  config: WorkerConfig,
  createTransport: (store: RunStore) => Transport,
  deps: Deps = systemDeps,
  print: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
): WorkerHandler {
  const { settings, functions, logsBucket, logsPrefix, script } = config;
  const s3 = new S3Client(deps.aws);
  const dynamodb = new DynamoDBClient(deps.aws);
  const store = dynamoStore(dynamodb, config.tableName, settings.recordDays, deps);
  const ports: RunPorts = {
    settings,
    functions,
    store,
    ...(script ? { script: scriptObject(s3, script) } : {}),
    transport: createTransport(store),
    async writeLog(message, contents) {
      const Key = logsPrefix + logKey(settings.name, message);
      const ContentType = "text/plain; charset=utf-8";
      const input = { Bucket: logsBucket, Key, Body: contents, ContentType };
      await s3.send(new PutObjectCommand(input));
      return Key;
    },
    print,
    now: deps.now,
    sleep: deps.sleep,
  };
  return async (event, context) => {
    const failures: { itemIdentifier: string }[] = [];
    for (const { messageId, body } of event.Records) {
      try {
        const message = JSON.parse(body) as RunMessage;
        const over = deps.now() + context.getRemainingTimeInMillis();
        await (message.poll ? pollMessage : runMessage)(message, ports, over);
      } catch (error) {
        console.error("not begun", { messageId, reason: reasonOf(error) });
        failures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures: failures };
  };
}

/** Returns `hello/2026-11-28T13-15-00Z/i-0abc.log`, with characters that every tool accepts. */
export function logKey(cron: string, { occurrence, host }: RunMessage): string {
  const plain = (text: string): string => text.replace(/[^A-Za-z0-9._-]/g, "-");
  // Keeps a host with a port distinct from one whose name ends the same way.
  return `${cron}/${plain(occurrence)}/${plain(host.id.replaceAll(":", "_"))}.log`;
}

function scriptObject(s3: S3Client, source: ScriptSource): ScriptObject {
  const { bucket, key, versionId, sha256 } = source;
  return {
    title: `the script s3://${bucket}/${key}`,
    ...(sha256 === undefined ? {} : { sha256 }),
    async read() {
      const input = { Bucket: bucket, Key: key, ...(versionId ? { VersionId: versionId } : {}) };
      const { Body } = await s3.send(new GetObjectCommand(input));
      return (await Body?.transformToString()) ?? "";
    },
  };
}
