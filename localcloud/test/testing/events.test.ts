import { expect } from "chai";
import { newContext } from "../../services/api-gateway/dataPlane/contextVariables";
import { lambdaEvent, snsMessage } from "../../services/cloudwatch/model/alarmEvents";
import { sqsEvent as polledEvent } from "../../services/lambda/poller/sqsEvent";
import {
  alarmEvent,
  alarmMessage,
  apiGatewayProxyEvent,
  dockerHubPush,
  lifecycleMessage,
  lifecycleTestNotification,
  lifecycleText,
  s3Event,
  s3TestEvent,
  scheduledEvent,
  snsEvent,
  sqsEvent,
} from "../../testing";

describe("The test kit: events", () => {
  describe("have the same shape as the cloud's own events", () => {
    it("SQS", () => {
      const message = {
        MessageId: "id",
        ReceiptHandle: "handle",
        Body: "{}",
        MD5OfBody: "99914b932bd37a50b983c5e7c90ae93b",
        Attributes: {
          ApproximateReceiveCount: "1",
          SentTimestamp: "1",
          SenderId: "s",
          ApproximateFirstReceiveTimestamp: "1",
        },
      };
      const polled = polledEvent(
        [message],
        "arn:aws:sqs:us-east-1:123456789012:queue",
        "us-east-1",
      );
      expect(shape(sqsEvent())).to.deep.equal(shape(polled));
      expect(sqsEvent().Records[0].md5OfBody).to.equal(message.MD5OfBody);
    });

    it("CloudWatch alarms, to a function and to a topic", () => {
      const change = {
        alarm,
        previous: state("OK"),
        accountId: "123456789012",
        region: "us-east-1",
      };
      expect(shape(alarmEvent())).to.deep.equal(shape(lambdaEvent(change)));
      const { Message } = snsMessage(change);
      expect(shape(alarmMessage())).to.deep.equal(shape(JSON.parse(Message)));
      expect(alarmMessage().Region).to.equal((JSON.parse(Message) as { Region: string }).Region);
    });

    it("API Gateway", () => {
      const request = {
        method: "POST",
        path: "/",
        query: new URLSearchParams(),
        rawQuery: "",
        headers: { host: "h", "user-agent": "test" },
        body: Buffer.alloc(0),
        sourceIp: "127.0.0.1",
      };
      const place = {
        accountId: "1",
        apiId: "a",
        stage: "s",
        deploymentId: "d",
        path: "/",
        now: 0,
      };
      const context = newContext(request, { ...place, newRequestId: () => "r" });
      const { requestContext } = apiGatewayProxyEvent();
      const routed = { ...context, resourceId: "r", resourcePath: "/" };
      expect(Object.keys(requestContext).sort()).to.deep.equal(Object.keys(routed).sort());
      expect(shape(requestContext.identity)).to.deep.equal(shape(context.identity));
    });
  });

  it("accept one override or a list, and are new objects every time", () => {
    expect(sqsEvent([{ body: "a" }, { body: "b" }]).Records.map(({ body }) => body)).to.deep.equal([
      "a",
      "b",
    ]);
    expect(sqsEvent([]).Records).to.deep.equal([]);
    expect(sqsEvent().Records[0].messageId).to.not.equal(sqsEvent().Records[0].messageId);
    const [record] = sqsEvent({ attributes: { ApproximateReceiveCount: "3" } }).Records;
    expect(record.attributes).to.include({
      ApproximateReceiveCount: "3",
      SenderId: "123456789012",
    });
  });

  it("SNS: the subscription belongs to the topic", () => {
    const TopicArn = "arn:aws:sns:eu-central-1:123456789012:alarms";
    const [record] = snsEvent({ TopicArn, Message: JSON.stringify(alarmMessage()) }).Records;
    expect(record.EventSubscriptionArn.startsWith(`${TopicArn}:`)).to.equal(true);
    expect(JSON.parse(record.Sns.Message)).to.have.property("NewStateValue", "ALARM");
  });

  it("S3: keys are encoded as in a form, later events have later sequencers", () => {
    const key = "a folder/ä+b@c.zip";
    const [first, second] = s3Event([{ key }, { key }]).Records;
    expect(first.s3.object.key).to.equal("a+folder/%C3%A4%2Bb%40c.zip");
    expect(decodeURIComponent(first.s3.object.key.replaceAll("+", " "))).to.equal(key);
    expect(first.s3.object.sequencer < second.s3.object.sequencer).to.equal(true);
    const [removed] = s3Event({ eventName: "ObjectRemoved:Delete" }).Records;
    expect(removed.s3.object).to.have.all.keys("key", "sequencer");
    expect(s3TestEvent()).to.not.have.property("Records");
  });

  it("API Gateway: the multi-value members match, the context contains the stage", () => {
    const event = apiGatewayProxyEvent({
      httpMethod: "GET",
      resource: "/users/{id}",
      path: "/users/7",
      queryStringParameters: { q: "1" },
      headers: { Authorization: "Bearer x" },
      requestContext: { stage: "dev" },
    });
    expect(event.multiValueQueryStringParameters).to.deep.equal({ q: ["1"] });
    expect(event.multiValueHeaders).to.deep.equal({ Authorization: ["Bearer x"] });
    expect(event.requestContext).to.include({
      httpMethod: "GET",
      resourcePath: "/users/{id}",
      path: "/prod/users/7",
      stage: "dev",
    });
    expect(apiGatewayProxyEvent({ headers: null }).multiValueHeaders).to.equal(null);
  });

  it("Auto Scaling: the same message as JSON and as lines", () => {
    const message = lifecycleMessage({ NotificationMetadata: "meta: data" });
    expect(message.LifecycleActionToken).to.have.length(36);
    expect(JSON.parse(lifecycleText(message))).to.deep.equal(message);
    const lines = lifecycleText(message, "keyValue").split("\n");
    expect(lines).to.include("NotificationMetadata: meta: data");
    expect(lines).to.have.length(Object.keys(message).length);
    expect(lifecycleTestNotification()).to.not.have.any.keys(
      "LifecycleActionToken",
      "EC2InstanceId",
      "LifecycleTransition",
    );
  });

  it("EventBridge and Docker Hub: names are derived from the given values", () => {
    expect(scheduledEvent({ time: "2026-05-05T12:00:00Z" })).to.include({
      "detail-type": "Scheduled Event",
      time: "2026-05-05T12:00:00Z",
    });
    const push = dockerHubPush({ repoName: "ns/app", tag: "v1", push_data: { pushed_at: 1.5 } });
    expect(push.push_data).to.include({ pusher: "ns", tag: "v1", pushed_at: 1.5 });
    expect(push.repository).to.include({ repo_name: "ns/app", namespace: "ns", name: "app" });
  });
});

/** Returns the names of all members, with the types of their values. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape);
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !["ClusterName", "ServiceName"].includes(name))
      .map(([name, member]) => [name, shape(member)]),
  );
}

function state(value: "OK" | "ALARM") {
  return { value, reason: "because", timestamp: new Date(0) };
}

const alarm: Parameters<typeof lambdaEvent>[0]["alarm"] = {
  type: "MetricAlarm",
  name: "alarm",
  arn: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:alarm",
  tags: new Map(),
  metricQueryId: "m1",
  configurationUpdated: new Date(0),
  state: state("ALARM"),
  settings: {
    ActionsEnabled: true,
    Namespace: "AWS/ECS",
    MetricName: "CPUUtilization",
    Dimensions: [{ Name: "ServiceName", Value: "service" }],
    Statistic: "Average",
    Period: 60,
    EvaluationPeriods: 1,
    ComparisonOperator: "GreaterThanThreshold",
    Threshold: 70,
    OKActions: [],
    AlarmActions: ["arn:aws:sns:us-east-1:123456789012:topic"],
    InsufficientDataActions: [],
  },
};
