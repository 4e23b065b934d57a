import { randomBytes } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ackFactory } from "../callbacks/redeploy/ack";
import { completionFactory } from "../callbacks/redeploy/completion";
import { MAX_RECEIVES, workerFactory } from "../callbacks/redeploy/worker";
import { CallbackFunction } from "./callbackFunction";
import { pickCallbackOptions } from "./callbackOptions";
import { checkName, childName } from "./names";
import { defaultPinPath } from "./pinnedImage";
import { createRedeployApi } from "./redeployApi";
import { createEventRule, deploymentPattern, ecrPushPattern } from "./redeployEvents";
import {
  arnPrefixes,
  completionStatements,
  inClusters,
  type RedeployScope,
  workerStatements,
} from "./redeployStatements";
import {
  checkedToken,
  checkWebhookRedeployer,
  type WebhookRedeployerArgs,
} from "./webhookRedeployerArgs";
import { createWorkQueue, type WorkQueue } from "./workQueue";

const TYPE = "aws-callbacks:index:WebhookRedeployer";

/** Seconds. A sender waits for ack; a worker waits for ECS's throttles. */
const ACK_TIMEOUT = 10;
const WORKER_TIMEOUT = 60;

/**
 * A webhook that redeploys what runs an image: a push of a tag makes one new revision of every family of task
 * definitions that uses the repository, and moves every service on them. What is deployed is pinned in SSM when ECS
 * has completed it, for `pinnedImage` to read.
 *
 * @example
 * const redeploy = new WebhookRedeployer("redeploy", {
 *   repositories: ["acme/web"],
 *   families: ["web-*"],
 *   passRoles: [taskRole.arn],
 * });
 * export const redeployWebhookUrl = redeploy.webhookUrl;
 * @throws pulumi.ResourceError for a wrong argument.
 */
export class WebhookRedeployer extends pulumi.ComponentResource {
  /** Answers senders. */
  readonly ack: CallbackFunction<never, unknown>;
  /** Plans deliveries and moves families; invoke it with `{ dryRun: { repository, tag } }` to see what a push would do. */
  readonly worker: CallbackFunction<never, unknown>;
  /** Pins what deployments brought. */
  readonly completion: CallbackFunction<never, unknown>;
  /** Deliveries that wait for the end of their window. */
  readonly deliveries: WorkQueue;
  /** Families to work on, in order for each. */
  readonly families: WorkQueue;
  /** Results of deliveries (`delivery#<id>`), kept for 30 days, and what the functions remember. */
  readonly table: aws.dynamodb.Table;
  readonly restApi: aws.apigateway.RestApi;
  readonly stage: aws.apigateway.Stage;
  /** The parameter with the token; undefined when it is yours. */
  readonly tokenParameter: aws.ssm.Parameter | undefined;
  /** The address to give to Docker Hub: a secret, because it holds the token. With `tokenParameter` it ends in `{token}`. */
  readonly webhookUrl: pulumi.Output<string>;
  /** Where signed requests go; they answer only with the sender `generic`. */
  readonly signedUrl: pulumi.Output<string>;
  /** Path of the SSM parameters that pin images. */
  readonly pinPath: string;
  /** The function to invoke for a dry run. */
  readonly workerFunctionName: pulumi.Output<string>;

  constructor(name: string, args: WebhookRedeployerArgs, opts?: pulumi.ComponentResourceOptions) {
    super(TYPE, name, {}, opts);
    checkName(this, name, "-completion".length);
    checkWebhookRedeployer(this, args);
    const parentOpts = { parent: this };
    const { alarmActions, tags } = args;
    this.pinPath = args.pinPath ?? defaultPinPath();
    this.table = createResultsTable(childName(name, "results"), tags, parentOpts);
    this.tokenParameter = createToken(this, childName(name, "token"), args);
    const queueArgs = { maxReceiveCount: MAX_RECEIVES + 1, alarmActions, tags };
    this.deliveries = createWorkQueue(
      childName(name, "deliveries"),
      { ...queueArgs, functionTimeout: WORKER_TIMEOUT },
      parentOpts,
    );
    this.families = createWorkQueue(
      childName(name, "families"),
      { ...queueArgs, functionTimeout: WORKER_TIMEOUT, fifo: true },
      parentOpts,
    );
    this.ack = createAck(this, name, args);
    this.worker = createWorker(this, name, args);
    this.completion = createCompletion(this, name, args);
    const { restApi, stage } = createRedeployApi(this, name, args, this.ack);
    this.restApi = restApi;
    this.stage = stage;
    const token = this.tokenParameter?.value.apply((value) => value.split(",")[0]) ?? "{token}";
    this.webhookUrl = pulumi.interpolate`${stage.invokeUrl}/webhooks/${token}`;
    this.signedUrl = pulumi.interpolate`${stage.invokeUrl}/signed`;
    this.workerFunctionName = this.worker.name;
    this.registerOutputs({
      webhookUrl: this.webhookUrl,
      signedUrl: this.signedUrl,
      pinPath: this.pinPath,
      workerFunctionName: this.workerFunctionName,
    });
  }
}

function createResultsTable(
  name: string,
  tags: WebhookRedeployerArgs["tags"],
  opts: pulumi.CustomResourceOptions,
): aws.dynamodb.Table {
  return new aws.dynamodb.Table(
    name,
    {
      attributes: [
        { name: "id", type: "S" },
        { name: "part", type: "S" },
      ],
      hashKey: "id",
      rangeKey: "part",
      billingMode: "PAY_PER_REQUEST",
      ttl: { attributeName: "expiresAt", enabled: true },
      pointInTimeRecovery: { enabled: true },
      tags,
    },
    opts,
  );
}

/** A SecureString that the ack function reads when it runs: the token is in no code, environment or log. */
function createToken(
  self: WebhookRedeployer,
  name: string,
  { token, tokenParameter, tags }: WebhookRedeployerArgs,
): aws.ssm.Parameter | undefined {
  if (tokenParameter !== undefined) return undefined;
  const value = token === undefined ? generatedToken() : checkedToken(self, token);
  const description = "Secret part of a webhook's address; new,old while senders move over.";
  return new aws.ssm.Parameter(
    name,
    { type: "SecureString", value, description, tags },
    // A generated token is made once; every run of the program would make another one.
    { parent: self, ...(token === undefined ? { ignoreChanges: ["value"] } : {}) },
  );
}

function generatedToken(): pulumi.Output<string> {
  return pulumi.secret(randomBytes(24).toString("base64url"));
}

function createAck(
  self: WebhookRedeployer,
  name: string,
  args: WebhookRedeployerArgs,
): CallbackFunction<never, unknown> {
  const { repositories, tagPolicy = { glob: "*" }, debounceSeconds = 60 } = args;
  const { answerCallback = false, senders = ["dockerHub"] } = args;
  const settings = { repositories, tags: tagPolicy, debounceSeconds, answerCallback };
  const hasEcr = senders.includes("ecr");
  const parameter = self.tokenParameter?.name ?? pulumi.output(args.tokenParameter ?? "");
  const parameterArn =
    self.tokenParameter?.arn ??
    parameter.apply((given) => arnPrefixes(self).ssm(`parameter/${given.replace(/^\//, "")}`));
  const ack = new CallbackFunction<never, unknown>(
    childName(name, "ack"),
    {
      ...pickCallbackOptions(args),
      description: "Answers webhooks and queues what they ask for.",
      callbackFactory: ackFactory(settings),
      timeout: ACK_TIMEOUT,
      // Only EventBridge calls it asynchronously.
      ...(hasEcr ? {} : { asynchronous: false as const }),
      environment: {
        TABLE_NAME: self.table.name,
        QUEUE_URL: self.deliveries.queue.url,
        TOKEN_PARAMETER: parameter,
      },
      permissions: [
        { sid: "ReadToken", actions: ["ssm:GetParameter"], resources: [parameterArn] },
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
  if (hasEcr) {
    const description = "Pushes to repositories in ECR that redeploy.";
    const rule = {
      description,
      pattern: ecrPushPattern(repositories),
      target: ack,
      tags: args.tags,
    };
    createEventRule(childName(name, "ecr"), rule, { parent: self });
  }
  return ack;
}

function createWorker(
  self: WebhookRedeployer,
  name: string,
  args: WebhookRedeployerArgs,
): CallbackFunction<never, unknown> {
  const { families, keepRevisions, maximumConcurrency = 5 } = args;
  const stopTasks = args.restart === "stopTasks";
  const { deliveries, families: work } = self;
  return new CallbackFunction<never, unknown>(
    childName(name, "worker"),
    {
      ...pickCallbackOptions(args),
      description: "Plans deliveries, makes revisions and moves services.",
      callbackFactory: workerFactory({ families, keepRevisions, stopTasks }),
      timeout: WORKER_TIMEOUT,
      asynchronous: false,
      environment: {
        CLUSTERS: args.clusters ? pulumi.jsonStringify(args.clusters) : '"all"',
        TABLE_NAME: self.table.name,
        WORK_QUEUE_URL: work.queue.url,
        PLAN_DEAD_URL: deliveries.deadLetters.url,
        WORK_DEAD_URL: work.deadLetters.url,
        PIN_PATH: self.pinPath,
      },
      permissions: workerStatements(scopeOf(self, args), arnPrefixes(self), {
        send: [work.queue.arn, work.deadLetters.arn, deliveries.deadLetters.arn],
      }),
      queues: [
        { name: "deliveries", queue: deliveries.queue, batchSize: 1 },
        // One family at a time: a slow one delays no other, and ECS's buckets set the pace anyway.
        { name: "families", queue: work.queue, batchSize: 1, maximumConcurrency },
      ],
    },
    { parent: self },
  );
}

function createCompletion(
  self: WebhookRedeployer,
  name: string,
  args: WebhookRedeployerArgs,
): CallbackFunction<never, unknown> {
  const scope = scopeOf(self, args);
  const arns = arnPrefixes(self);
  const completion = new CallbackFunction<never, unknown>(
    childName(name, "completion"),
    {
      ...pickCallbackOptions(args),
      description: "Pins what completed deployments brought.",
      callbackFactory: completionFactory,
      environment: { TABLE_NAME: self.table.name, PIN_PATH: self.pinPath },
      permissions: completionStatements(scope, arns),
    },
    { parent: self },
  );
  const rule = {
    description: "Ends of deployments of the services that are redeployed.",
    pattern: deploymentPattern(inClusters(scope, "service", arns)),
    target: completion,
    tags: args.tags,
  };
  createEventRule(childName(name, "deployments"), rule, { parent: self });
  return completion;
}

function scopeOf(self: WebhookRedeployer, args: WebhookRedeployerArgs): RedeployScope {
  return {
    clusters: args.clusters,
    families: args.families,
    passRoles: args.passRoles,
    pinPath: self.pinPath,
    table: self.table,
    keepsRevisions: args.keepRevisions !== undefined,
    stopsTasks: args.restart === "stopTasks",
  };
}
