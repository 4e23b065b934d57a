import { CreateTableCommand, DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DescribeServicesCommand,
  ECSClient,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  type Service,
} from "@aws-sdk/client-ecs";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { GetParametersByPathCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import {
  type AckConfig,
  ackHandler,
  type WebhookResponse,
} from "../../../../callbacks/ecs/webhookRedeployer/ack";
import { type Deps, systemDeps } from "../../../../callbacks/deps";
import {
  type QueueRecord,
  type WorkerConfig,
  workerHandler,
} from "../../../../callbacks/ecs/webhookRedeployer/worker";
import { parseRollingImage } from "../../../../callbacks/ecs/webhookRedeployer/rollout/rollingImage";
import {
  apiGatewayProxyEvent,
  type Cloud,
  dockerHubPush,
  type DockerHubPushOverrides,
  rootAccess,
  startCloud,
} from "../../../../localcloud/testing";
import type { EcsStore } from "../../../../localcloud/services/ecs/store";

export const TOKEN = "token-0123456789-abcdef";
const MINUTE = 60_000;

interface Queues {
  deliveries: string;
  families: string;
  deadDeliveries: string;
  deadFamilies: string;
}

/**
 * A cloud with the resources of a redeployer's handlers. The handlers run in this process, with the cloud's clock:
 * while all of them sleep, the clock jumps to the next wake-up.
 */
export class RedeployCloud {
  readonly ecs: ECSClient;
  readonly sqs: SQSClient;
  readonly ssm: SSMClient;
  readonly dynamodb: DynamoDBClient;
  readonly deps: Deps;
  ackConfig: AckConfig;
  workerConfig: WorkerConfig;
  private busy = 0;
  private sleeping = 0;

  private constructor(
    readonly cloud: Cloud,
    readonly queues: Queues,
  ) {
    const { endpoint, region, credentials } = rootAccess(cloud);
    const aws = { endpoint, region, credentials };
    this.ecs = new ECSClient(aws);
    this.sqs = new SQSClient(aws);
    this.ssm = new SSMClient(aws);
    this.dynamodb = new DynamoDBClient(aws);
    this.deps = {
      ...systemDeps,
      now: () => cloud.clock.now(),
      sleep: (ms) => this.sleep(ms),
      random: () => 0.5,
      aws,
    };
    this.ackConfig = {
      repositories: ["acme/web"],
      tags: { glob: "*" },
      debounceSeconds: 60,
      answerCallback: false,
      tableName: "results",
      queueUrl: queues.deliveries,
      tokenParameter: "token",
    };
    this.workerConfig = {
      repositories: ["acme/web"],
      tags: { glob: "*" },
      families: ["web*"],
      clusters: "all",
      stopTasks: false,
      tableName: "results",
      workQueueUrl: queues.families,
      pinPath: "/shop/dev/images",
      deadLetterUrls: { plan: queues.deadDeliveries, work: queues.deadFamilies },
    };
  }

  static async start(): Promise<RedeployCloud> {
    const cloud = await startCloud({ clock: "manual" });
    const { endpoint, region, credentials } = rootAccess(cloud);
    const sqs = new SQSClient({ endpoint, region, credentials });
    const queue = async (name: string): Promise<string> => {
      const isFifo = name.startsWith("families");
      const { QueueUrl = "" } = await sqs.send(
        new CreateQueueCommand({
          QueueName: isFifo ? `${name}.fifo` : name,
          Attributes: { VisibilityTimeout: "360", ...(isFifo ? { FifoQueue: "true" } : {}) },
        }),
      );
      return QueueUrl;
    };
    const self = new RedeployCloud(cloud, {
      deliveries: await queue("deliveries"),
      families: await queue("families"),
      deadDeliveries: await queue("deliveries-dead"),
      deadFamilies: await queue("families-dead"),
    });
    sqs.destroy();
    await self.dynamodb.send(
      new CreateTableCommand({
        TableName: "results",
        AttributeDefinitions: ["id", "part"].map((AttributeName) => ({
          AttributeName,
          AttributeType: "S",
        })),
        KeySchema: [
          { AttributeName: "id", KeyType: "HASH" },
          { AttributeName: "part", KeyType: "RANGE" },
        ],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
    await self.ssm.send(
      new PutParameterCommand({ Name: "token", Value: TOKEN, Type: "SecureString" }),
    );
    return self;
  }

  /** Starts a cloud with the family `web`, which the service `shop` of the cluster `main` runs. */
  static async withShop(): Promise<RedeployCloud> {
    const cloud = await RedeployCloud.start();
    await cloud.cluster("main");
    await cloud.family("web", { app: "acme/web:1.0", proxy: "nginx:1" });
    await cloud.service("main", "shop", "web");
    await cloud.cloud.clock.advance(300_000);
    return cloud;
  }

  async cluster(clusterName: string): Promise<void> {
    await this.ecs.send(new CreateClusterCommand({ clusterName }));
  }

  async family(family: string, images: Record<string, string>): Promise<void> {
    await this.ecs.send(
      new RegisterTaskDefinitionCommand({
        family,
        containerDefinitions: Object.entries(images).map(([name, image]) => ({
          name,
          image,
          memory: 128,
        })),
        tags: [{ key: "team", value: "shop" }],
      }),
    );
  }

  async service(
    cluster: string,
    serviceName: string,
    taskDefinition: string,
    more: Partial<CreateServiceCommandInput> = {},
  ): Promise<void> {
    const input = { cluster, serviceName, taskDefinition, desiredCount: 1, ...more };
    await this.ecs.send(new CreateServiceCommand(input));
  }

  /** Sends Docker Hub's body to the handler, like API Gateway. */
  async post(push: DockerHubPushOverrides = {}, token = TOKEN): Promise<WebhookResponse> {
    return this.postBody(JSON.stringify(dockerHubPush({ tag: "1.1", ...push })), token);
  }

  async postBody(body: string, token = TOKEN): Promise<WebhookResponse> {
    const event = apiGatewayProxyEvent({
      resource: "/webhooks/{token}",
      pathParameters: { token },
      body,
    });
    const response = await ackHandler(this.ackConfig, this.deps)(event);
    if (!response) throw new Error("no response");
    return response;
  }

  /** Moves time past the window and handles messages until both queues are empty. */
  async settle(minutes = 1): Promise<void> {
    await this.cloud.clock.advance(minutes * MINUTE);
    while ((await this.drain("deliveries", 1)) + (await this.drain("families", 5)) > 0);
  }

  /** Handles the messages of a queue, this many at once; returns how many there were. */
  async drain(queue: "deliveries" | "families", concurrency: number): Promise<number> {
    const handler = workerHandler(this.workerConfig, this.deps);
    let count = 0;
    const lane = async (): Promise<void> => {
      for (let found = await this.receive(queue); found; found = await this.receive(queue)) {
        count += 1;
        await this.handle(handler, queue, found);
      }
    };
    await this.whileAsleep(Promise.all(Array.from({ length: concurrency }, lane)));
    return count;
  }

  async receive(queue: keyof Queues): Promise<Message | undefined> {
    const { Messages = [] } = await this.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.queues[queue],
        MaxNumberOfMessages: 1,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["ApproximateReceiveCount"],
      }),
    );
    return Messages.at(0);
  }

  private async handle(
    handler: ReturnType<typeof workerHandler>,
    queue: "deliveries" | "families",
    message: Message,
  ): Promise<void> {
    const record: QueueRecord = {
      messageId: message.MessageId ?? "",
      body: message.Body ?? "",
      eventSourceARN: queue,
      attributes: {
        ApproximateReceiveCount: message.Attributes?.ApproximateReceiveCount ?? "1",
      },
    };
    const end = this.cloud.clock.now() + MINUTE;
    const context = { getRemainingTimeInMillis: () => end - this.cloud.clock.now() };
    this.busy += 1;
    try {
      const answer = await handler({ Records: [record] }, context);
      if (!("batchItemFailures" in answer) || answer.batchItemFailures.length > 0) return;
      await this.sqs.send(
        new DeleteMessageCommand({
          QueueUrl: this.queues[queue],
          ReceiptHandle: message.ReceiptHandle,
        }),
      );
    } finally {
      this.busy -= 1;
    }
  }

  private async sleep(ms: number): Promise<void> {
    this.sleeping += 1;
    await this.cloud.clock.sleep(ms);
    this.sleeping -= 1;
  }

  /** Advances the clock, at most a millisecond at a time, whenever all handlers sleep. */
  async whileAsleep<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const ended = work.finally(() => (done = true));
    ended.catch(() => undefined);
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.sleeping > 0 && this.sleeping === this.busy) await this.cloud.clock.advance(10);
    }
    return ended;
  }

  async describe(cluster: string, name: string): Promise<Service> {
    const input = { cluster, services: [name] };
    const { services = [] } = await this.ecs.send(new DescribeServicesCommand(input));
    return services[0];
  }

  async revisions(family: string): Promise<string[]> {
    const input = { familyPrefix: family };
    const { taskDefinitionArns = [] } = await this.ecs.send(new ListTaskDefinitionsCommand(input));
    return taskDefinitionArns.map((arn) => arn.slice(arn.lastIndexOf("/") + 1));
  }

  /** Returns the pinned images by parameter. */
  async pins(): Promise<Record<string, string>> {
    const isPin = ([name]: [string, string]): boolean => !name.endsWith(".rolling");
    return Object.fromEntries(Object.entries(await this.parameters()).filter(isPin));
  }

  /** Returns the images that are rolling, as the program reads them now, by family and container. */
  async rolling(): Promise<Record<string, string | undefined>> {
    const now = this.cloud.clock.now();
    return Object.fromEntries(
      Object.entries(await this.parameters())
        .filter(([name]) => name.endsWith(".rolling"))
        .map(([name, value]) => [
          name.slice(this.workerConfig.pinPath.length + 1, -".rolling".length),
          parseRollingImage(value, now),
        ]),
    );
  }

  private async parameters(): Promise<Record<string, string>> {
    const input = { Path: this.workerConfig.pinPath, Recursive: true };
    const { Parameters = [] } = await this.ssm.send(new GetParametersByPathCommand(input));
    return Object.fromEntries(Parameters.map(({ Name = "", Value = "" }) => [Name, Value]));
  }

  /** Returns the parts of a delivery's result: state by part. */
  async results(deliveryId: string): Promise<Record<string, string | undefined>> {
    const { Items = [] } = await this.dynamodb.send(
      new QueryCommand({
        TableName: "results",
        KeyConditionExpression: "id = :id",
        ExpressionAttributeValues: { ":id": { S: `delivery#${deliveryId}` } },
      }),
    );
    return Object.fromEntries(
      Items.map(({ part, state, result }) => [part.S ?? "", state?.S ?? result?.S]),
    );
  }

  /** Returns the calls since `after`, as `service:Operation`. */
  calls(after: number): string[] {
    return this.cloud.recorder
      .find({ after })
      .map(({ service, operation }) => `${service}:${operation}`);
  }

  /** The images of the registries that tasks pull from. */
  get images(): EcsStore["images"] {
    const service = this.cloud.registry.named("ecs");
    // The registry's type does not know the type of a service's store.
    return (service?.store(this.cloud.defaultRegion, this.cloud) as EcsStore).images;
  }

  async close(): Promise<void> {
    for (const client of [this.ecs, this.sqs, this.ssm, this.dynamodb]) client.destroy();
    await this.cloud.close();
  }
}

export function deliveryIdIn(response: WebhookResponse): string {
  return (JSON.parse(response.body) as { deliveryId: string }).deliveryId;
}
