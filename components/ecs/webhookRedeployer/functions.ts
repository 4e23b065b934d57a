import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ackFactory } from "../../../callbacks/ecs/webhookRedeployer/ack";
import { completionFactory } from "../../../callbacks/ecs/webhookRedeployer/completion";
import type { PushFilter } from "../../../callbacks/ecs/webhookRedeployer/plan/dryRun";
import { workerFactory } from "../../../callbacks/ecs/webhookRedeployer/worker";
import { CallbackFunction } from "../../function/callbackFunction";
import { pickCallbackOptions } from "../../function/callbackOptions";
import { childName } from "../../names";
import { connectRules, createRedeployEvents, type RedeployEvents } from "./events";
import { deploymentPatterns, ecrPushPatterns } from "./patterns";
import {
  arnPrefixes,
  completionStatements,
  type RedeployScope,
  workerStatements,
} from "./statements";
import { tokenAccess } from "./token";
import { hasApi, sendersOf, type WebhookRedeployerArgs } from "./args";
import type { WorkQueue } from "../../queues/workQueue";

/** Seconds. A sender waits for ack; a worker waits while ECS throttles it. */
const ACK_TIMEOUT = 10;
export const WORKER_TIMEOUT = 60;

/** The parts of the redeployer that its functions need. */
export interface RedeployParts {
  readonly self: pulumi.Resource & {
    readonly table: aws.dynamodb.Table;
    readonly deliveries: WorkQueue;
    readonly families: WorkQueue;
    readonly tokenParameter: aws.ssm.Parameter | undefined;
    readonly pinPath: string;
  };
  readonly name: string;
  readonly args: WebhookRedeployerArgs;
}

export function createEvents({ self, name, args }: RedeployParts): RedeployEvents {
  const patterns = {
    deployments: deploymentPatterns(args.clusters, arnPrefixes(self)),
    pushes: sendersOf(args).includes("ecr") ? ecrPushPatterns(args.repositories) : [],
  };
  return createRedeployEvents(name, patterns, args, { parent: self });
}

export function createAck(
  { self, name, args }: RedeployParts,
  { pushes, undelivered }: RedeployEvents,
): CallbackFunction<never, unknown> {
  const { answerCallback = false, debounceSeconds = 60 } = args;
  const settings = { ...filterOf(args), debounceSeconds, answerCallback };
  const token = hasApi(args) ? tokenAccess(self, args) : undefined;
  const ack = new CallbackFunction<never, unknown>(
    childName(name, "ack"),
    {
      ...pickCallbackOptions(args),
      description: "Answers webhooks and queues their deliveries.",
      callbackFactory: ackFactory(settings),
      timeout: ACK_TIMEOUT,
      // Only EventBridge calls it asynchronously.
      ...(pushes.length > 0 ? {} : { asynchronous: false as const }),
      environment: {
        TABLE_NAME: self.table.name,
        QUEUE_URL: self.deliveries.queue.url,
        ...(token ? { TOKEN_PARAMETER: token.name } : {}),
      },
      permissions: [
        ...(token?.permissions ?? []),
        { sid: "NoteNewest", actions: ["dynamodb:PutItem"], resources: [self.table.arn] },
        {
          sid: "SendDeliveries",
          actions: ["sqs:SendMessage"],
          resources: [self.deliveries.queue.arn],
        },
      ],
    },
    { parent: self },
  );
  connectRules(childName(name, "ecr"), pushes, { target: ack, undelivered }, { parent: self });
  return ack;
}

export function createWorker({
  self,
  name,
  args,
}: RedeployParts): CallbackFunction<never, unknown> {
  const { families, keepRevisions, maximumConcurrency = 5 } = args;
  const stopTasks = args.restart === "stopTasks";
  const { deliveries, families: work } = self;
  return new CallbackFunction<never, unknown>(
    childName(name, "worker"),
    {
      ...pickCallbackOptions(args),
      description: "Plans deliveries, creates revisions and updates services.",
      callbackFactory: workerFactory({ families, keepRevisions, stopTasks, ...filterOf(args) }),
      timeout: WORKER_TIMEOUT,
      asynchronous: false,
      environment: {
        CLUSTERS: args.clusters ? pulumi.jsonStringify(args.clusters) : '"all"',
        ...(args.reportPinnedTargets === false
          ? {}
          : { CLUSTER_ARN_PREFIX: arnPrefixes(self).ecs("cluster/") }),
        TABLE_NAME: self.table.name,
        WORK_QUEUE_URL: work.queue.url,
        PLAN_DEAD_URL: deliveries.deadLetters.url,
        WORK_DEAD_URL: work.deadLetters.url,
        PIN_PATH: self.pinPath,
      },
      permissions: workerStatements(scopeOf({ self, name, args }), arnPrefixes(self), {
        send: [work.queue.arn, work.deadLetters.arn, deliveries.deadLetters.arn],
      }),
      queues: [
        { name: "deliveries", queue: deliveries.queue, batchSize: 1 },
        // One family per call: a slow one does not delay others, and ECS's rate limits set the pace anyway.
        { name: "families", queue: work.queue, batchSize: 1, maximumConcurrency },
      ],
    },
    { parent: self },
  );
}

export function createCompletion(
  { self, name, args }: RedeployParts,
  { deployments, undelivered }: RedeployEvents,
): CallbackFunction<never, unknown> {
  const scope = scopeOf({ self, name, args });
  const arns = arnPrefixes(self);
  const completion = new CallbackFunction<never, unknown>(
    childName(name, "completion"),
    {
      ...pickCallbackOptions(args),
      description: "Pins the images of completed deployments.",
      callbackFactory: completionFactory,
      environment: { TABLE_NAME: self.table.name, PIN_PATH: self.pinPath },
      permissions: completionStatements(scope, arns),
    },
    { parent: self },
  );
  connectRules(
    childName(name, "deployments"),
    deployments,
    { target: completion, undelivered },
    { parent: self },
  );
  return completion;
}

function filterOf({ repositories, tagPolicy = { glob: "*" } }: WebhookRedeployerArgs): PushFilter {
  return { repositories, tags: tagPolicy };
}

function scopeOf({ self, args }: RedeployParts): RedeployScope {
  return {
    clusters: args.clusters,
    families: args.families,
    passRoles: args.passRoles,
    pinPath: self.pinPath,
    table: self.table,
    keepsRevisions: args.keepRevisions !== undefined,
    stopsTasks: args.restart === "stopTasks",
    reportsTargets: args.reportPinnedTargets !== false,
  };
}
