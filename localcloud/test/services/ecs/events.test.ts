import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CloudWatchClient, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { ACCOUNT, connection, EcsCloud } from "./ecsCloud";

interface EcsEvent {
  readonly "detail-type": string;
  readonly source: string;
  readonly resources: string[];
  readonly detail: Record<string, unknown>;
}

describe("ECS events and metrics", () => {
  let c: EcsCloud;
  let events: EventBridgeClient;
  let sqs: SQSClient;
  beforeEach(async () => {
    c = await EcsCloud.start();
    events = new EventBridgeClient(connection(c.cloud));
    sqs = new SQSClient(connection(c.cloud));
  });
  afterEach(async () => {
    events.destroy();
    sqs.destroy();
    await c.stop();
  });

  /** Creates a queue that receives the events of a rule. */
  async function queueFor(pattern: object): Promise<string> {
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "events" }));
    const Arn = `arn:aws:sqs:us-east-1:${ACCOUNT}:events`;
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: Arn,
      },
    });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    const EventPattern = JSON.stringify(pattern);
    await events.send(new PutRuleCommand({ Name: "ecs", EventPattern }));
    await events.send(new PutTargetsCommand({ Rule: "ecs", Targets: [{ Id: "q", Arn }] }));
    return QueueUrl;
  }

  async function received(QueueUrl: string): Promise<EcsEvent[]> {
    const all: EcsEvent[] = [];
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) return all;
      all.push(...Messages.map(({ Body = "" }) => JSON.parse(Body) as EcsEvent));
    }
  }

  it("report a deployment's states, and its rollback", async () => {
    const queue = await queueFor({
      source: ["aws.ecs"],
      "detail-type": ["ECS Deployment State Change"],
    });
    await c.create("web", await c.register("web", "acme/web:1"), {
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    });
    await c.seconds(30);
    const first = (await c.service("web")).deployments?.[0].id;
    c.store.images.push("acme/web:2", { crashes: true });
    await c.update("web", { taskDefinition: await c.register("web", "acme/web:2") });
    await c.seconds(5);
    const second = (await c.service("web")).deployments?.[0].id;
    await c.seconds(90);
    const events = await received(queue);
    const arn = `arn:aws:ecs:us-east-1:${ACCOUNT}:service/main/web`;
    expect(events.map(({ resources }) => resources)).to.deep.equal(Array(6).fill([arn]));
    const details = events.map(({ detail }) => [
      detail.eventType,
      detail.eventName,
      detail.deploymentId,
      detail.reason,
    ]);
    const row = (type: string, name: string, id: string | undefined, reason: string) => [
      type,
      `SERVICE_DEPLOYMENT_${name}`,
      id,
      reason,
    ];
    const failed = "ECS deployment circuit breaker: task failed to start.";
    const back = `ECS deployment circuit breaker: rolling back to deploymentId ${first}.`;
    expect(details).to.have.deep.members([
      row("INFO", "IN_PROGRESS", first, `ECS deployment ${first} in progress.`),
      row("INFO", "COMPLETED", first, `ECS deployment ${first} completed.`),
      row("INFO", "IN_PROGRESS", second, `ECS deployment ${second} in progress.`),
      row("ERROR", "FAILED", second, failed),
      row("INFO", "IN_PROGRESS", first, back),
      row("INFO", "COMPLETED", first, `ECS deployment ${first} completed.`),
    ]);
  });

  it("report each state of a task with an increasing version", async () => {
    const queue = await queueFor({ "detail-type": ["ECS Task State Change"] });
    await c.create("web", await c.register("web", "acme/web:1"), { desiredCount: 1 });
    await c.seconds(30);
    const events = await received(queue);
    const states = events.map(
      ({ detail }) => `${detail.version as number} ${detail.lastStatus as string}`,
    );
    expect(states.sort()).to.deep.equal(["1 PROVISIONING", "2 PENDING", "3 RUNNING"]);
    const [running] = events.filter(({ detail }) => detail.lastStatus === "RUNNING");
    expect(running.detail).to.deep.include({ group: "service:web", launchType: "FARGATE" });
    expect(running.detail)
      .to.have.property("startedAt")
      .that.matches(/^\d{4}-.*Z$/);
  });

  it("report that a service is steady", async () => {
    const queue = await queueFor({ detail: { eventName: ["SERVICE_STEADY_STATE"] } });
    await c.create("web", await c.register("web", "acme/web:1"));
    await c.seconds(30);
    expect((await received(queue)).map((event) => event["detail-type"])).to.deep.equal([
      "ECS Service Action",
    ]);
  });

  it("report that a task could not be placed", async () => {
    const queue = await queueFor({ detail: { eventName: ["SERVICE_TASK_PLACEMENT_FAILURE"] } });
    c.cloud.capacity({ cluster: "main", tasks: 1 });
    await c.create("web", await c.register("web", "acme/web:1"));
    await c.seconds(5);
    const [event] = await received(queue);
    expect(event?.["detail-type"]).to.equal("ECS Service Action");
    expect(event.resources).to.deep.equal([`arn:aws:ecs:us-east-1:${ACCOUNT}:service/main/web`]);
    expect(event.detail).to.deep.include({
      eventType: "ERROR",
      eventName: "SERVICE_TASK_PLACEMENT_FAILURE",
      reason: "RESOURCE:FARGATE",
    });
  });

  it("contain utilization only for services under load that have running tasks", async () => {
    await c.create("web", await c.register("web", "acme/web:1"));
    await c.seconds(60);
    const service = c.store.clusters.get("main")?.services.get("web");
    if (!service) throw new Error("The service is missing.");
    const start = c.cloud.clock.date();
    c.store.load.set(service, { cpu: (running) => 120 / running });
    await c.seconds(180);
    const client = new CloudWatchClient(connection(c.cloud));
    const { Datapoints = [] } = await client.send(
      new GetMetricStatisticsCommand({
        Namespace: "AWS/ECS",
        MetricName: "CPUUtilization",
        Dimensions: [
          { Name: "ClusterName", Value: "main" },
          { Name: "ServiceName", Value: "web" },
        ],
        StartTime: new Date(start.getTime() - 120_000),
        EndTime: c.cloud.clock.date(),
        Period: 60,
        Statistics: ["Average"],
      }),
    );
    client.destroy();
    expect(Datapoints.map(({ Average }) => Average)).to.deep.equal([60, 60, 60]);
    c.store.load.set(service, undefined);
    expect((c.cloud.clock as unknown as { pending: Set<object> }).pending.size).to.equal(0);
  });
});
