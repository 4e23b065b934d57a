import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { CreateTableCommand, DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import type { PutEventsCommandInput } from "@aws-sdk/client-eventbridge";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { SETTINGS_KEY } from "../../../../callbacks/delivery/zipToLambdaPipeline/appSettings";
import type { Builder } from "../../../../callbacks/delivery/zipToLambdaPipeline/build/builder";
import type { ManualRequest } from "../../../../callbacks/delivery/zipToLambdaPipeline/changeManually";
import type { UploadStatus } from "../../../../callbacks/delivery/zipToLambdaPipeline/report/status";
import type {
  AppsSettings,
  WorkerConfig,
} from "../../../../callbacks/delivery/zipToLambdaPipeline/settings";
import {
  type Worker,
  workerHandler,
} from "../../../../callbacks/delivery/zipToLambdaPipeline/worker";
import {
  type Cloud,
  type CloudOptions,
  rootAccess,
  s3Event,
  startCloud,
} from "../../../../localcloud/testing";
import type { LambdaStore } from "../../../../localcloud/services/lambda/store";
import { type Life, numbers, VirtualTime } from "./virtualDeps";

/** Seconds of one call of the worker; a message is hidden for six times as long. */
const TIMEOUT = 60;
const TRIES = 5;
/** Receives after which a message goes to the dead-letter queue. */
export const RECEIVES = 10;
const CONFIG = {
  keepVersions: 2,
  logRetentionInDays: 30,
  tries: TRIES,
  maxReceiveCount: RECEIVES,
} as const;

type Context = Parameters<Worker>[1];

export interface Environment {
  /** Undefined when the worker was killed. */
  call(event: Parameters<Worker>[0]): Promise<Awaited<ReturnType<Worker>> | void>;
}

/** Result for a message: "none" = the queue was empty. */
export type Handled = "none" | "done" | "failed" | "killed";

/**
 * A cloud with the resources of pipelines. Their workers run in this process, with the cloud's clock: a killed worker
 * makes no further calls, and its message becomes visible again.
 */
export class PipelineCloud {
  readonly time: VirtualTime;
  readonly dynamodb: DynamoDBClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  /** Builder of zips; undefined as in a worker that is a function. */
  builder: Builder | undefined;
  private readonly versions = new Map<string, string>();
  private sequence = 0x55_aed6_dcd9;
  private readonly id = randomUUID();
  private invocations = 0;

  private constructor(
    readonly cloud: Cloud,
    random: () => number,
  ) {
    const { endpoint, region, credentials } = rootAccess(cloud);
    const aws = { endpoint, region, credentials };
    this.time = new VirtualTime(cloud, random);
    this.dynamodb = new DynamoDBClient(aws);
    this.s3 = new S3Client(aws);
    this.sqs = new SQSClient(aws);
  }

  static async start(
    pipelines: readonly string[] = ["apps"],
    { seed = 7, ...options }: { readonly seed?: number } & CloudOptions = {},
  ): Promise<PipelineCloud> {
    const cloud = await startCloud({ clock: "manual", ...options });
    const self = new PipelineCloud(cloud, numbers(seed));
    const iam = new IAMClient({ ...rootAccess(cloud), clock: undefined } as object);
    const statement = {
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
    };
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [statement],
    });
    await iam.send(new CreateRoleCommand({ RoleName: "apps", AssumeRolePolicyDocument }));
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" }],
    });
    await iam.send(
      new PutRolePolicyCommand({ RoleName: "apps", PolicyName: "own", PolicyDocument }),
    );
    iam.destroy();
    for (const name of pipelines) await self.pipeline(name);
    return self;
  }

  private async pipeline(name: string): Promise<void> {
    const Bucket = name;
    await this.s3.send(new CreateBucketCommand({ Bucket }));
    await this.s3.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
    );
    await this.dynamodb.send(
      new CreateTableCommand({
        TableName: name,
        AttributeDefinitions: ["name", "part"].map((AttributeName) => ({
          AttributeName,
          AttributeType: "S" as const,
        })),
        KeySchema: [
          { AttributeName: "name", KeyType: "HASH" },
          { AttributeName: "part", KeyType: "RANGE" },
        ],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
    await this.sqs.send(new CreateQueueCommand({ QueueName: `${name}-dead` }));
    const redrive = {
      deadLetterTargetArn: `arn:aws:sqs:us-east-1:${this.cloud.accountId}:${name}-dead`,
      maxReceiveCount: RECEIVES,
    };
    const Attributes = {
      VisibilityTimeout: String(6 * TIMEOUT),
      RedrivePolicy: JSON.stringify(redrive),
    };
    await this.sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  }

  config(name: string): WorkerConfig {
    const settingsVersion = this.versions.get(name);
    return {
      ...CONFIG,
      pipeline: `shop/dev/${name}`,
      functionPrefix: `shop-dev-${name}-`,
      bucketName: name,
      tableName: name,
      queueUrl: this.queueUrl(name),
      deadLettersUrl: this.queueUrl(`${name}-dead`),
      appRoleArn: `arn:aws:iam::${this.cloud.accountId}:role/apps`,
      appFailuresArn: `arn:aws:sqs:us-east-1:${this.cloud.accountId}:${name}-dead`,
      ...(settingsVersion === undefined ? {} : { settingsVersion }),
    };
  }

  queueUrl(name: string): string {
    return `${this.cloud.endpoint}/${this.cloud.accountId}/${name}`;
  }

  /** Uploads a zip to the bucket of a pipeline, and returns its version and its notification. */
  async put(
    name: string,
    app: string,
    Body: Uint8Array,
  ): Promise<{ readonly versionId: string; readonly notification: string }> {
    const key = `apps/${app}.zip`;
    const { VersionId: versionId = "" } = await this.s3.send(
      new PutObjectCommand({ Bucket: name, Key: key, Body }),
    );
    const object = { size: Body.length, versionId, sequencer: this.nextSequencer() };
    return { versionId, notification: JSON.stringify(s3Event({ bucket: name, key, object })) };
  }

  /** Returns the notification about the deletion of an app's zip. */
  removal(name: string, app: string): string {
    const object = { versionId: "marker", sequencer: this.nextSequencer() };
    const eventName = "ObjectRemoved:DeleteMarkerCreated";
    return JSON.stringify(s3Event({ bucket: name, key: `apps/${app}.zip`, eventName, object }));
  }

  private nextSequencer(): string {
    this.sequence += 1;
    return this.sequence.toString(16).toUpperCase().padStart(18, "0");
  }

  async send(name: string, MessageBody: string, DelaySeconds = 0): Promise<void> {
    const input = { QueueUrl: this.queueUrl(name), MessageBody, DelaySeconds };
    await this.sqs.send(new SendMessageCommand(input));
  }

  /** Creates an environment of the worker: it handles one message after another, until it is killed. */
  environment(name: string, life: Life = {}): Environment {
    const { builder } = this;
    const deps = this.time.deps(life);
    const handler = workerHandler(this.config(name), { ...deps, ...(builder && { builder }) });
    const context = (): Context => {
      const end = deps.now() + TIMEOUT * 1000;
      this.invocations += 1;
      const awsRequestId = this.requestId(this.invocations);
      return { awsRequestId, getRemainingTimeInMillis: () => end - deps.now() };
    };
    const { killed } = deps;
    return { call: (event) => Promise.race([handler(event, context()), killed]) };
  }

  /** Handles one message of a pipeline. */
  async handleNext(name: string, { call }: Environment): Promise<Handled> {
    const QueueUrl = this.queueUrl(name);
    const input = {
      QueueUrl,
      MessageSystemAttributeNames: ["ApproximateReceiveCount" as const],
    };
    // The clock stands still meanwhile, however slow this computer is.
    const asked = this.sqs.send(new ReceiveMessageCommand(input));
    const { Messages: [message] = [] } = await this.time.hold(asked);
    if (!message) return "none";
    const { MessageId: messageId = "", Body: body = "", ReceiptHandle, Attributes } = message;
    const attributes = { ApproximateReceiveCount: Attributes?.ApproximateReceiveCount };
    const handled = await call({ Records: [{ messageId, body, attributes }] });
    if (!handled) return "killed";
    if (!("batchItemFailures" in handled) || handled.batchItemFailures.length > 0) return "failed";
    await this.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    return "done";
  }

  /**
   * Handles messages, including hidden ones, until none are left, with this many workers and with other work at the
   * same time.
   */
  async drain(name = "apps", workers = 1, beside: Promise<unknown>[] = []): Promise<void> {
    let others = beside.length;
    const counted = beside.map((one) => one.finally(() => (others -= 1)));
    const work = async (): Promise<void> => {
      const environment = this.environment(name);
      for (let idle = 1000; others > 0 || (await this.waiting(name)) > 0;) {
        const isIdle = (await this.handleNext(name, environment)) === "none";
        if (isIdle) await this.time.sleep(idle);
        idle = isIdle ? Math.min(60_000, idle * 2) : 1000;
      }
    };
    await this.time.during(Promise.all([...Array.from({ length: workers }, work), ...counted]));
  }

  /** Sends the worker a manual request, like the commands. */
  ask(asked: ManualRequest, name = "apps"): Promise<unknown> {
    return this.time.during(this.askBeside(asked, name));
  }

  /** The same while other work advances the clock. */
  askBeside(asked: ManualRequest, name = "apps"): Promise<unknown> {
    return this.environment(name).call(asked);
  }

  /** Deploys other settings of apps. */
  async settings(settings: Partial<AppsSettings>, name = "apps"): Promise<void> {
    const input = { Bucket: name, Key: SETTINGS_KEY, Body: JSON.stringify(settings) };
    const { VersionId = "" } = await this.s3.send(new PutObjectCommand(input));
    this.versions.set(name, VersionId);
  }

  /** Returns the events since then that were sent to EventBridge, as `<detail-type> <app>`. */
  sentEvents(after: number): string[] {
    return this.cloud.recorder
      .find({ service: "eventbridge", operation: "PutEvents", after })
      .flatMap(({ input }) => (input as PutEventsCommandInput).Entries ?? [])
      .map(({ DetailType, Detail = "" }) => {
        const { app } = JSON.parse(Detail) as UploadStatus;
        return `${DetailType} ${app}`;
      });
  }

  /** Reserves concurrency for an app, like an operator. */
  reserve(app: string, count: number): void {
    const found = this.lambda.functions.get(`shop-dev-apps-${app}`);
    if (found) found.reservedConcurrency = count;
  }

  /** Returns the number of messages of a queue, including hidden and delayed ones. */
  async waiting(name: string): Promise<number> {
    const input = { QueueUrl: this.queueUrl(name), AttributeNames: ["All" as const] };
    const { Attributes = {} } = await this.sqs.send(new GetQueueAttributesCommand(input));
    return (
      Number(Attributes.ApproximateNumberOfMessages) +
      Number(Attributes.ApproximateNumberOfMessagesNotVisible) +
      Number(Attributes.ApproximateNumberOfMessagesDelayed)
    );
  }

  async status(app: string, name = "apps"): Promise<UploadStatus> {
    const input = { Bucket: name, Key: `status/apps/${app}.zip.json` };
    const { Body } = await this.s3.send(new GetObjectCommand(input));
    return JSON.parse((await Body?.transformToString()) ?? "") as UploadStatus;
  }

  /** Returns how each upload ended, by app and version of the zip. */
  async outcomes(name = "apps"): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for await (const { Items = [] } of paginateScan({ client: this.dynamodb }, { TableName: name }))
      for (const { name: app, part, versionId, outcome } of Items)
        if (part?.S?.startsWith("upload#"))
          found.set(`${app?.S} ${versionId?.S}`, outcome?.S ?? "");
    return found;
  }

  get lambda(): LambdaStore {
    const service = this.cloud.registry.named("lambda");
    // The registry's type does not know the type of a service's store.
    return service?.store(this.cloud.defaultRegion, this.cloud) as LambdaStore;
  }

  /** As unique as Lambda's: a killed worker leaves a file with this name, and so may another test run. */
  private requestId(invocation: number): string {
    return `${this.id}-${invocation}`;
  }

  async close(): Promise<void> {
    for (let invocation = 1; invocation <= this.invocations; invocation += 1)
      rmSync(path.join(tmpdir(), `${this.requestId(invocation)}.zip`), { force: true });
    for (const client of [this.dynamodb, this.s3, this.sqs]) client.destroy();
    await this.cloud.close();
  }
}
