import {
  CloudWatchClient,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
} from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { ACCOUNT, connection, EcsCloud } from "../ecs/ecsCloud";

interface AlarmChange {
  readonly "detail-type": string;
  readonly source: string;
  readonly resources: string[];
  readonly detail: {
    readonly alarmName: string;
    readonly state: { readonly value: string; readonly reason: string; readonly timestamp: string };
    readonly previousState: { readonly value: string };
    readonly configuration: { readonly metrics: object[] };
  };
}

const QUEUE_ARN = `arn:aws:sqs:us-east-1:${ACCOUNT}:events`;
const SERVICE = [
  { Name: "ClusterName", Value: "main" },
  { Name: "ServiceName", Value: "web" },
];

describe("Alarms on the load of a service", () => {
  let c: EcsCloud;
  let cloudwatch: CloudWatchClient;
  let sqs: SQSClient;
  let QueueUrl: string;

  beforeEach(async () => {
    c = await EcsCloud.start();
    cloudwatch = new CloudWatchClient(connection(c.cloud));
    sqs = new SQSClient(connection(c.cloud));
    await c.seconds(60 - ((c.cloud.clock.now() / 1000) % 60));
    await c.create("web", await c.register("web", "acme/web:1"));
    await c.seconds(60);
    await listen();
  });
  afterEach(async () => {
    cloudwatch.destroy();
    sqs.destroy();
    await c.stop();
  });

  /** Creates a queue that receives every change of an alarm from EventBridge. */
  async function listen(): Promise<void> {
    const created = await sqs.send(new CreateQueueCommand({ QueueName: "events" }));
    QueueUrl = created.QueueUrl ?? "";
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: QUEUE_ARN,
      },
    });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    const events = new EventBridgeClient(connection(c.cloud));
    const EventPattern = JSON.stringify({ "detail-type": ["CloudWatch Alarm State Change"] });
    await events.send(new PutRuleCommand({ Name: "alarms", EventPattern }));
    await events.send(
      new PutTargetsCommand({ Rule: "alarms", Targets: [{ Id: "q", Arn: QUEUE_ARN }] }),
    );
    events.destroy();
  }

  async function receiveChanges(): Promise<AlarmChange[]> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    return Messages.map(({ Body = "" }) => JSON.parse(Body) as AlarmChange);
  }

  const states = (changes: readonly AlarmChange[]): string[] =>
    changes.map(({ detail }) => `${detail.previousState.value} -> ${detail.state.value}`);

  function put(more: Partial<PutMetricAlarmCommandInput>): Promise<unknown> {
    return cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: "high",
        Namespace: "AWS/ECS",
        MetricName: "CPUUtilization",
        Dimensions: SERVICE,
        Statistic: "Average",
        Period: 60,
        EvaluationPeriods: 2,
        Threshold: 70,
        ComparisonOperator: "GreaterThanThreshold",
        ...more,
      }),
    );
  }

  it("send each change to EventBridge, and nothing while they do not change", async () => {
    await put({});
    c.cloud.load({ cluster: "main", service: "web", cpuPercent: 40 });
    await c.seconds(180);
    c.cloud.load({ cluster: "main", service: "web", cpuPercent: 90 });
    await c.seconds(600);
    const changes = await receiveChanges();
    expect(states(changes)).to.deep.equal(["INSUFFICIENT_DATA -> OK", "OK -> ALARM"]);
    const [, change] = changes;
    expect(change).to.deep.include({
      source: "aws.cloudwatch",
      "detail-type": "CloudWatch Alarm State Change",
      resources: [`arn:aws:cloudwatch:us-east-1:${ACCOUNT}:alarm:high`],
    });
    expect(change.detail.alarmName).to.equal("high");
    expect(change.detail.state.reason).to.match(/^Threshold Crossed: 2 datapoints \[90\.0/);
    expect(change.detail.configuration.metrics).to.have.length(1);
  });

  it("have no data after the last task, and then leave the state ALARM", async () => {
    await put({ TreatMissingData: "notBreaching", EvaluationPeriods: 1 });
    c.cloud.load({ cluster: "main", service: "web", cpuPercent: 90 });
    await c.seconds(180);
    await c.update("web", { desiredCount: 0 });
    await c.seconds(600);
    expect(states(await receiveChanges())).to.deep.equal([
      "INSUFFICIENT_DATA -> ALARM",
      "ALARM -> OK",
    ]);
  });

  it("with a period of 20 seconds fire within the first minute of a service with high-resolution metrics", async () => {
    await c.update("web", {
      monitoring: {
        metricConfigurations: [{ metricNames: ["CPUUtilization"], resolutionSeconds: 20 }],
      },
    });
    await put({ Period: 20, EvaluationPeriods: 2 });
    c.cloud.load({ cluster: "main", service: "web", cpuPercent: 90 });
    await c.seconds(60);
    expect(states(await receiveChanges())).to.include.oneOf([
      "INSUFFICIENT_DATA -> ALARM",
      "OK -> ALARM",
    ]);
  });

  it("evaluate metric math over the running tasks, with gaps filled", async () => {
    const metric = (Id: string, Stat: string) => ({
      Id,
      ReturnData: false,
      MetricStat: {
        Metric: { Namespace: "AWS/ECS", MetricName: "CPUUtilization", Dimensions: SERVICE },
        Period: 60,
        Stat,
      },
    });
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: "total",
        Metrics: [
          metric("average", "Average"),
          metric("tasks", "SampleCount"),
          { Id: "total", Expression: "FILL(average, 0) * FILL(tasks, 0) / 100" },
        ],
        EvaluationPeriods: 1,
        Threshold: 1.5,
        ComparisonOperator: "GreaterThanThreshold",
      }),
    );
    await c.seconds(120);
    c.cloud.load({ cluster: "main", service: "web", cpuPercent: 90 });
    await c.seconds(120);
    const changes = await receiveChanges();
    expect(states(changes)).to.deep.equal(["INSUFFICIENT_DATA -> OK", "OK -> ALARM"]);
    expect(changes[1].detail.configuration.metrics).to.have.length(3);
  });
});
