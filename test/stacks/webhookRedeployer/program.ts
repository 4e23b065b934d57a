import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { type AttributeValue, DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListTaskDefinitionsCommand,
  type Service,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import {
  GetQueueAttributesCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { GetParametersByPathCommand, SSMClient } from "@aws-sdk/client-ssm";
import {
  parseRollingImage,
  rollingName,
} from "../../../callbacks/ecs/webhookRedeployer/rollout/rollingImage";
import type { EcsStore } from "../../../localcloud/services/ecs/store";
import {
  dockerHubPush,
  type DockerHubPushOverrides,
  RunningProgram,
} from "../../../localcloud/testing";
import { EngineSession } from "../../../localcloud/test/support/engineSession";

const MAIN = path.resolve(__dirname, "../../../examples/webhook-redeployer/index.ts");
const FAMILY = "demo-web";

/** The example program, deployed on a separate cloud whose clock only moves with `advance`. */
export class RedeployProgram {
  private constructor(
    readonly directory: string,
    readonly engine: EngineSession,
    readonly program: RunningProgram,
  ) {}

  /** @param options.refresh whether each update refreshes, as the documentation asks for. */
  static async start({
    refresh = false,
    ...options
  }: { traces?: boolean; refresh?: boolean } = {}): Promise<RedeployProgram> {
    const directory = mkdtempSync(path.join(tmpdir(), "redeploy-"));
    const project = ["name: shop", "runtime: nodejs", `main: ${MAIN}`];
    if (refresh) project.push("options: { refresh: always }");
    writeFileSync(path.join(directory, "Pulumi.yaml"), project.join("\n"));
    symlinkSync(
      path.resolve(__dirname, "../../../node_modules"),
      path.join(directory, "node_modules"),
    );
    configure(directory, {});
    const engine = await EngineSession.start("", { directory, clock: "manual", ...options });
    const self = new RedeployProgram(
      directory,
      engine,
      new RunningProgram(engine.session, engine.output),
    );
    await self.program.deploy();
    await self.cloud.clock.advance(300_000);
    return self;
  }

  get cloud(): RunningProgram["cloud"] {
    return this.program.cloud;
  }

  /** Updates the program, with another memory for its tasks. */
  async update(memory: number): Promise<void> {
    configure(this.directory, { "shop:memory": memory });
    await this.engine.run();
  }

  post(push: DockerHubPushOverrides): Promise<Response> {
    return this.postBody(JSON.stringify(dockerHubPush(push)));
  }

  postBody(body: string, url = this.program.output("webhookUrl")): Promise<Response> {
    const headers = { "content-type": "application/json" };
    return fetch(url, { method: "POST", headers, body });
  }

  async service(): Promise<Service> {
    const services = [this.program.output("serviceName")];
    const input = { cluster: this.program.output("clusterName"), services };
    const found = await this.program.client(ECSClient).send(new DescribeServicesCommand(input));
    if (!found.services?.[0]) throw new Error("the service is gone");
    return found.services[0];
  }

  /** Returns the service's task definition. */
  async running(): Promise<TaskDefinition> {
    const { taskDefinition } = await this.service();
    const found = await this.program
      .client(ECSClient)
      .send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    return found.taskDefinition ?? {};
  }

  async image(): Promise<string | undefined> {
    const { containerDefinitions } = await this.running();
    return containerDefinitions?.[0].image;
  }

  /** Returns the numbers of the ACTIVE revisions. */
  async revisions(): Promise<number[]> {
    const { taskDefinitionArns = [] } = await this.program
      .client(ECSClient)
      .send(new ListTaskDefinitionsCommand({ familyPrefix: FAMILY }));
    return taskDefinitionArns.map((arn) => Number(arn.split(":").at(-1)));
  }

  async pin(): Promise<string | undefined> {
    return this.parameter("web");
  }

  /** Returns the image that is rolling, as the program reads it. */
  async rolling(): Promise<string | undefined> {
    return parseRollingImage(await this.parameter(rollingName("web")), this.cloud.clock.now());
  }

  private async parameter(name: string): Promise<string | undefined> {
    const input = { Path: `/shop/dev/images/${FAMILY}` };
    const found = await this.program.client(SSMClient).send(new GetParametersByPathCommand(input));
    return found.Parameters?.find(({ Name }) => Name?.endsWith(`/${name}`))?.Value;
  }

  /** Receives the messages of the dead-letter queues, or of other queues with matching names. */
  async deadLetters(names = /-dead$/): Promise<Message[]> {
    const found: Message[] = [];
    for (const QueueUrl of this.queueUrls(names)) {
      const input = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] };
      const { Messages = [] } = await this.program
        .client(SQSClient)
        .send(new ReceiveMessageCommand(input));
      found.push(...Messages);
    }
    return found;
  }

  /** Returns the URLs of the program's queues with matching names. */
  queueUrls(names: RegExp): string[] {
    return this.engine.session.resources
      .filter(({ type, urn }) => type === "aws:sqs/queue:Queue" && names.test(urn))
      .map(({ outputs }) => String(outputs.url));
  }

  /** Returns the number of messages in the work queues, including hidden ones. */
  async waiting(): Promise<number> {
    let waiting = 0;
    for (const QueueUrl of this.queueUrls(/redeploy-(deliveries|families)$/)) {
      const { Attributes = {} } = await this.program
        .client(SQSClient)
        .send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
      waiting += Number(Attributes.ApproximateNumberOfMessages);
      waiting += Number(Attributes.ApproximateNumberOfMessagesNotVisible);
      waiting += Number(Attributes.ApproximateNumberOfMessagesDelayed);
    }
    return waiting;
  }

  /** Purges queues, a minute later: SQS allows one purge in 60 seconds. */
  async purge(names: RegExp): Promise<void> {
    await this.cloud.clock.advance(61_000);
    for (const QueueUrl of this.queueUrls(names))
      await this.program.client(SQSClient).send(new PurgeQueueCommand({ QueueUrl }));
  }

  /** Returns the items of a delivery's result, by part. */
  async result(deliveryId: string): Promise<Record<string, Record<string, AttributeValue>>> {
    const { Items = [] } = await this.program.client(DynamoDBClient).send(
      new QueryCommand({
        TableName: this.program.output("resultsTableName"),
        KeyConditionExpression: "id = :id",
        ExpressionAttributeValues: { ":id": { S: `delivery#${deliveryId}` } },
      }),
    );
    return Object.fromEntries(Items.map((item) => [item.part.S ?? "", item]));
  }

  /** Returns the state of the only alarm whose name has this prefix. */
  async alarmState(AlarmNamePrefix: string): Promise<string | undefined> {
    const { MetricAlarms = [] } = await this.program
      .client(CloudWatchClient)
      .send(new DescribeAlarmsCommand({ AlarmNamePrefix }));
    if (MetricAlarms.length !== 1) throw new Error(`${MetricAlarms.length} ${AlarmNamePrefix}`);
    return MetricAlarms[0].StateValue;
  }

  /** Creates a rule that starts a task of this task definition in the cluster every day. */
  async pinRule(Name: string, taskDefinition: string): Promise<void> {
    const { clusterArn = "" } = await this.service();
    const events = this.program.client(EventBridgeClient);
    await events.send(new PutRuleCommand({ Name, ScheduleExpression: "rate(365 days)" }));
    const target = {
      Id: "job",
      Arn: clusterArn,
      RoleArn: `arn:aws:iam::${this.cloud.accountId}:role/events`,
      EcsParameters: {
        TaskDefinitionArn: clusterArn.replace(/cluster\/.*/, `task-definition/${taskDefinition}`),
      },
    };
    await events.send(new PutTargetsCommand({ Rule: Name, Targets: [target] }));
  }

  /** The images of the registries that tasks pull from. */
  get images(): EcsStore["images"] {
    const service = this.cloud.registry.named("ecs");
    // The registry's type does not know the type of a service's store.
    return (service?.store(this.cloud.defaultRegion, this.cloud) as EcsStore).images;
  }

  async close(): Promise<void> {
    await this.program.close();
    rmSync(this.directory, { recursive: true });
  }
}

function configure(directory: string, settings: Record<string, number>): void {
  const lines = Object.entries(settings).map(([name, value]) => `  ${name}: ${value}\n`);
  const config = `config:\n  aws:region: us-east-1\n${lines.join("")}`;
  writeFileSync(path.join(directory, "Pulumi.dev.yaml"), config);
}
