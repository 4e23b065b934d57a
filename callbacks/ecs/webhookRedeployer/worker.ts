import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ECSClient } from "@aws-sdk/client-ecs";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";
import { answerDockerHub } from "./push/answerDockerHub";
import type { Delivery } from "./push/delivery";
import { type Deps, systemDeps } from "../../deps";
import { type DryRun, dryRun, type IgnoredPush, type PushFilter } from "./plan/dryRun";
import { type FamilyConfig, moveFamily } from "./rollout/family";
import { giveUpMove } from "./rollout/giveUp";
import type { FamilyPlan } from "./plan/plan";
import { type FamilyMessage, hash, plan, type PlannerConfig } from "./plan/planner";
import { reasonOf, type Retry } from "../../retry";

export const deploymentOnlyModule = true;

/** One SQS message as Lambda passes it. */
export interface QueueRecord {
  readonly messageId: string;
  readonly body: string;
  readonly eventSourceARN: string;
  readonly attributes: { readonly ApproximateReceiveCount: string };
}

export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Settings that the program decides; the environment names the resources. */
export type WorkerSettings = Pick<FamilyConfig, "keepRevisions" | "stopTasks"> &
  Pick<PlannerConfig, "families"> &
  PushFilter;

export interface WorkerConfig extends PlannerConfig, FamilyConfig, PushFilter {
  readonly pinPath: string;
  /**
   * Dead-letter queues for messages that can never succeed, with the reason: of the plan queue, and of the work queue.
   */
  readonly deadLetterUrls: { readonly plan: string; readonly work: string };
}

/** How often a message is tried before it goes to the dead-letter queue. */
export const MAX_RECEIVES = 5;
/** Milliseconds before the function's timeout after which nothing new is tried. */
const RESERVE = 5_000;

interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

type Handler = (
  event: { readonly Records: readonly QueueRecord[] } | DryRun,
  context: LambdaContext,
) => Promise<BatchResponse | FamilyPlan[] | IgnoredPush>;

/** Made for `callbackFactory`: plans deliveries and works on families, each from its own queue. */
export function workerFactory(settings: WorkerSettings): () => Handler {
  return () => {
    const { env } = process;
    return workerHandler(
      {
        ...settings,
        clusters: JSON.parse(env.CLUSTERS ?? '"all"') as PlannerConfig["clusters"],
        clusterArnPrefix: env.CLUSTER_ARN_PREFIX,
        tableName: env.TABLE_NAME ?? "",
        workQueueUrl: env.WORK_QUEUE_URL ?? "",
        pinPath: env.PIN_PATH ?? "",
        deadLetterUrls: { plan: env.PLAN_DEAD_URL ?? "", work: env.WORK_DEAD_URL ?? "" },
      },
      systemDeps,
    );
  };
}

export function workerHandler(config: WorkerConfig, deps: Deps): Handler {
  const clients = {
    dynamodb: new DynamoDBClient(deps.aws),
    // No retries by the SDK, because some calls must not be repeated: this code retries.
    ecs: new ECSClient({ ...deps.aws, maxAttempts: 1 }),
    eventbridge: new EventBridgeClient({ ...deps.aws, maxAttempts: 1 }),
    sqs: new SQSClient(deps.aws),
  };
  const pins = { ssm: new SSMClient(deps.aws), path: config.pinPath };

  const work = async (record: QueueRecord, retry: Retry): Promise<void> => {
    const message = JSON.parse(record.body) as FamilyMessage | Delivery;
    if ("family" in message) {
      const receives = Number(record.attributes.ApproximateReceiveCount);
      return moveFamily(message, receives, { config, clients, pins, retry });
    }
    const planned = await plan(message, config, { clients, retry });
    if (planned) await answerDockerHub(planned, deps);
  };

  const giveUp = async (record: QueueRecord, reason: string, retry: Retry): Promise<void> => {
    const { deliveryId, family } = about(record.body);
    const isWork = family !== undefined;
    await clients.sqs.send(
      new SendMessageCommand({
        QueueUrl: isWork ? config.deadLetterUrls.work : config.deadLetterUrls.plan,
        MessageBody: record.body,
        MessageAttributes: { reason: { DataType: "String", StringValue: reason } },
        // Message group of the work queue: when redriven, the message stays in its family's order.
        ...(isWork
          ? { MessageGroupId: hash(family), MessageDeduplicationId: record.messageId }
          : {}),
      }),
    );
    if (!isWork) return;
    const { delivery } = JSON.parse(record.body) as Partial<FamilyMessage>;
    const move = { deliveryId, family, repository: delivery?.repository ?? "" };
    await giveUpMove(move, reason, { records: { ...config, ...clients }, pins, retry });
  };

  return async (event, context) => {
    const until = deps.now() + context.getRemainingTimeInMillis() - RESERVE;
    const retry = { deps, until };
    if ("dryRun" in event) return dryRun(event, config, { clients, retry });
    const failures: { itemIdentifier: string }[] = [];
    for (const record of event.Records) {
      try {
        await work(record, retry);
      } catch (error) {
        const { messageId, attributes } = record;
        const reason = reasonOf(error);
        console.error("failed", { ...about(record.body), messageId, reason });
        const isLast = Number(attributes.ApproximateReceiveCount) >= MAX_RECEIVES;
        const isOver =
          isLast &&
          (await giveUp(record, reason, retry).then(
            () => true,
            () => false,
          ));
        if (!isOver) failures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures: failures };
  };
}

/** Returns the ids of a message for the log, even if the message has another format. */
function about(body: string): { deliveryId: string; family?: string } {
  try {
    const message = JSON.parse(body) as Partial<FamilyMessage & Delivery>;
    const deliveryId = message.delivery?.deliveryId ?? message.deliveryId ?? "";
    return message.family === undefined ? { deliveryId } : { deliveryId, family: message.family };
  } catch {
    return { deliveryId: "" };
  }
}
