import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { SQSClient } from "@aws-sdk/client-sqs";
import { systemDeps } from "../../../deps";
import { reasonOf } from "../../../retry";
import { builderOf } from "../build/builder";
import { limitsOf } from "../build/limits";
import { connectPublic } from "../build/publicNetwork";
import { workerHandler } from "../worker";
import type { WorkerDeps } from "../workerDeps";
import { type InstanceConfig, instanceConfigFrom, type InstanceSettings } from "./instanceConfig";
import { instanceLog, logConsole } from "./instanceLog";
import { type Turned, turnsOf, turnUntilLost } from "./instanceTurn";
import { messagesOf } from "./messages";
import { protectionOf } from "./protection";

export const deploymentOnlyModule = true;

/** Seconds that SQS holds a question for messages open, at most. */
const WAIT_S = 20;

/** The program of an instance: it brings zips from the queue into service, as the function of Lambda workers does. */
export const instanceWorkerFactory = (settings: InstanceSettings) => (): (() => Promise<never>) => {
  const config = instanceConfigFrom(settings, process.env);
  const turn = instanceWorker(config, {
    ...systemDeps,
    // The journal of the instance has each line too.
    print: (line) => void process.stdout.write(`${line}\n`),
    region: process.env.AWS_REGION ?? "",
    console,
    wait: WAIT_S,
    builder: builderOf({
      limits: limitsOf(config.buildTimeout),
      connect: (host, port) => connectPublic(host, port),
    }),
  });
  return () => turnUntilLost(turn, (ms) => systemDeps.sleep(ms));
};

export interface InstanceDeps extends WorkerDeps {
  /** What the worker's code speaks to; absent where somebody else listens. */
  readonly console?: Pick<Console, "log" | "warn" | "error">;
  /** Seconds that SQS holds a question for messages open, 0 to 20. */
  readonly wait: number;
}

/** One look into the queue after the other; each tells the log what it has to say. */
export function instanceWorker(config: InstanceConfig, deps: InstanceDeps): () => Promise<Turned> {
  const { logGroupName, instanceId } = config;
  // Of this process: a stream has one writer.
  const started = new Date(deps.now()).toISOString().replaceAll(":", ".");
  const logStreamName = `${instanceId}/${started}`;
  const logs = new CloudWatchLogsClient(deps.aws);
  const log = instanceLog(logs, { logGroupName, logStreamName }, () => deps.now());
  const print = (line: string): void => {
    log.print(line);
    deps.print(line);
  };
  if (deps.console) logConsole(deps.console, print, () => deps.now());
  const sqs = new SQSClient(deps.aws);
  const turn = turnsOf({
    config,
    deps,
    wait: deps.wait,
    logStreamName,
    handler: workerHandler(config, { ...deps, print }),
    messages: messagesOf(sqs, config.queueUrl, { deps, wait: deps.wait }),
    protection: protectionOf(new AutoScalingClient(deps.aws), config),
  });
  return async () => {
    try {
      return await turn();
    } finally {
      // A log that cannot be written keeps no zip from being deployed.
      await log
        .flush()
        .catch((error: unknown) => deps.print(`The log is not sent: ${reasonOf(error)}`));
    }
  };
}
