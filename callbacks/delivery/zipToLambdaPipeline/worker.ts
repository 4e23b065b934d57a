import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { systemDeps } from "../../deps";
import { reasonOf } from "../../retry";
import { appSettingsReader } from "./appSettings";
import { changeManually, type ManualRequest, type ManualAnswer } from "./changeManually";
import { createClients } from "./clients";
import { giveUp, type GiveUpContext } from "./giveUp";
import { type Again, handleUpload } from "./handleUpload";
import { reportFailure } from "./report/reportFailure";
import type { LogContext, Reporting } from "./report/report";
import { configurationFrom, type PipelineSettings, type WorkerConfig } from "./settings";
import type { WorkerDeps } from "./workerDeps";
import { type Delivery, followUp, readDelivery, type Upload } from "./uploads/upload";

export const deploymentOnlyModule = true;

/** The part of an SQS event that is used. */
export interface UploadMessages {
  readonly Records: readonly {
    readonly messageId: string;
    readonly body: string;
    readonly attributes?: { readonly ApproximateReceiveCount?: string };
  }[];
}

export interface WorkerContext extends LogContext {
  getRemainingTimeInMillis(): number;
}

export interface BatchResponse {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

export type Worker = (
  event: UploadMessages | ManualRequest,
  context: WorkerContext,
) => Promise<BatchResponse | ManualAnswer>;

/** Made for `callbackFactory`: deploys zips from the bucket. */
export const workerFactory = (settings: PipelineSettings) => (): Worker =>
  workerHandler(
    { ...settings, ...configurationFrom(process.env) },
    {
      ...systemDeps,
      // Lambda's JSON log format wraps the output of console.log; CloudWatch reads metrics only from the top level of a
      // line.
      print: (line) => void process.stdout.write(`${line}\n`),
      region: process.env.AWS_REGION ?? "",
    },
  );

/**
 * How often the worker sends a message on to itself. Lambda stops a loop of a queue and a function after about sixteen
 * rounds.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 */
const MOST_HOPS = 12;

/** Creates the handler. A message is deleted once its upload has ended, or another message replaces it. */
export function workerHandler(config: WorkerConfig, deps: WorkerDeps): Worker {
  const clients = createClients(deps);
  const readAppSettings = appSettingsReader(clients.s3, config);

  const sendOn = async (upload: Upload, hop: number, again: Again): Promise<void> => {
    if (hop >= MOST_HOPS) throw new Error(`still so after ${hop} more attempts: ${again.reason}`);
    await clients.sqs.send(
      new SendMessageCommand({
        QueueUrl: config.queueUrl,
        MessageBody: followUp(upload, { hop: hop + 1, wasMissing: again.isMissing ?? false }),
        DelaySeconds: again.seconds,
      }),
    );
  };

  const work = async (
    { uploads, hop, wasMissing }: Delivery,
    reporting: Reporting,
    isLastTry: boolean,
  ): Promise<void> => {
    for (const upload of uploads) {
      try {
        const handling = { ...reporting, config: { ...config, ...(await readAppSettings()) } };
        const again = await handleUpload(upload, { ...handling, hop, wasMissing });
        if (again !== undefined) await sendOn(upload, hop, again);
      } catch (error) {
        if (!isLastTry) await reportFailure(upload, reporting, error);
        throw error;
      }
    }
  };

  /** Sends the message to the dead-letter queue explicitly: SQS would do that without a report. */
  const giveUpMessage = async (
    body: string,
    uploads: readonly Upload[] | undefined,
    giving: GiveUpContext,
  ): Promise<void> => {
    let isKept = uploads === undefined;
    for (const upload of uploads ?? []) if (await giveUp(upload, giving)) isKept = true;
    if (!isKept) return;
    console.error("given up", { body, reason: giving.reason });
    await clients.sqs.send(
      new SendMessageCommand({ QueueUrl: config.deadLettersUrl, MessageBody: body }),
    );
  };

  const handleMessage = async (
    { body, attributes }: UploadMessages["Records"][number],
    context: WorkerContext,
  ): Promise<void> => {
    const receives = Number(attributes?.ApproximateReceiveCount ?? 1);
    const reporting: Reporting = { clients, config, deps, context };
    let { tries } = config;
    let uploads: readonly Upload[] | undefined;
    let reason = `the worker failed with it ${tries} times: it ran out of time or memory, or was terminated`;
    try {
      const delivery = readDelivery(body, config.bucketName);
      ({ uploads } = delivery);
      // A message that cannot be sent on again waits by being received again; one receive is reserved for the report.
      if (delivery.hop >= MOST_HOPS) tries = config.maxReceiveCount - 1;
      if (receives <= tries) return await work(delivery, reporting, receives === tries);
    } catch (error) {
      if (receives < tries) throw error;
      reason = reasonOf(error);
    }
    const isLast = receives >= config.maxReceiveCount;
    await giveUpMessage(body, uploads, { ...reporting, reason, isLast });
  };

  return async (event, context) => {
    if (!("Records" in event)) {
      const owner = context.awsRequestId ?? "";
      const until = deps.now() + context.getRemainingTimeInMillis();
      return changeManually(event, { clients, config, deps, owner, until });
    }
    const batchItemFailures: BatchResponse["batchItemFailures"] = [];
    for (const message of event.Records) {
      try {
        await handleMessage(message, context);
      } catch (error) {
        console.error("failed", { messageId: message.messageId, reason: reasonOf(error) });
        batchItemFailures.push({ itemIdentifier: message.messageId });
      }
    }
    return { batchItemFailures };
  };
}
