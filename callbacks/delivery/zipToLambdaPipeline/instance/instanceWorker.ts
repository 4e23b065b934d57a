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
import { type TurnResult, turnsOf, turnUntilLost } from "./instanceTurn";
import { messagesOf } from "./messages";
import { protectionOf } from "./protection";

export const deploymentOnlyModule = true;

/** Longest long poll of SQS, in seconds. */
const WAIT_S = 20;

/** Creates the program of an instance: it deploys zips from the queue, like the function of Lambda workers. */
export const instanceWorkerFactory = (settings: InstanceSettings) => (): (() => Promise<never>) => {
  const config = instanceConfigFrom(settings, process.env);
  const turn = instanceWorker(config, {
    ...systemDeps,
    // The instance's journal also gets each line.
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
  /** Console that the worker's code uses; absent where something else captures it. */
  readonly console?: Pick<Console, "log" | "warn" | "error">;
  /** Seconds of a long poll of SQS, 0 to 20. */
  readonly wait: number;
}

/** Returns a function that receives from the queue and works once; each call writes to the log. */
export function instanceWorker(
  config: InstanceConfig,
  deps: InstanceDeps,
): () => Promise<TurnResult> {
  const { logGroupName, instanceId } = config;
  // A log stream per process: a stream has one writer.
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
      // A log that cannot be written must not stop deployments.
      await log
        .flush()
        .catch((error: unknown) => deps.print(`The log is not sent: ${reasonOf(error)}`));
    }
  };
}
