import { expect } from "chai";
import { decodeRequest, encodeError, encodeResult, loadCodec } from "../../codec";
import { AwsError } from "../../core/errors";
import { parseXml } from "../../codec/formats/xmlReader";
import { post, Sdk } from "./wire";

const sqs = loadCodec(new Sdk("sqs").module);
const cloudwatch = loadCodec(new Sdk("cloudwatch").module);
const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
const queueUrl = "http://127.0.0.1:4566/123456789012/jobs";

/** Bodies as boto3 1.26 (botocore 1.29) wrote them, before its models of SQS and CloudWatch moved to JSON. */
describe("codec serving query clients of SQS", () => {
  it("reads the flattened attributes and tags of CreateQueue", () => {
    const body =
      "Action=CreateQueue&Version=2012-11-05&QueueName=jobs" +
      "&Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=60" +
      "&Attribute.2.Name=FifoQueue&Attribute.2.Value=true&Tag.1.Key=team&Tag.1.Value=a%26b";
    expect(decodeRequest(sqs, post(body, headers))).to.deep.equal({
      operation: "CreateQueue",
      protocol: "awsQuery",
      input: {
        QueueName: "jobs",
        Attributes: { VisibilityTimeout: "60", FifoQueue: "true" },
        tags: { team: "a&b" },
      },
    });
  });

  it("reads the entries of SendMessageBatch in the order of their numbers", () => {
    const entry = (number: number, id: string): string =>
      `&SendMessageBatchRequestEntry.${number}.Id=${id}` +
      `&SendMessageBatchRequestEntry.${number}.MessageBody=body+${id}` +
      `&SendMessageBatchRequestEntry.${number}.MessageAttribute.1.Name=kind` +
      `&SendMessageBatchRequestEntry.${number}.MessageAttribute.1.Value.DataType=Binary` +
      `&SendMessageBatchRequestEntry.${number}.MessageAttribute.1.Value.BinaryValue=AQI%3D`;
    const body =
      `Action=SendMessageBatch&Version=2012-11-05&QueueUrl=${encodeURIComponent(queueUrl)}` +
      entry(10, "late") +
      entry(2, "early");
    const entries = ["early", "late"].map((id) => ({
      Id: id,
      MessageBody: `body ${id}`,
      MessageAttributes: { kind: { DataType: "Binary", BinaryValue: Uint8Array.of(1, 2) } },
    }));
    expect(decodeRequest(sqs, post(body, headers))?.input).to.deep.equal({
      QueueUrl: queueUrl,
      Entries: entries,
    });
  });

  it("reads flattened lists of ReceiveMessage, two of which share a name on the wire", () => {
    const body =
      `Action=ReceiveMessage&Version=2012-11-05&QueueUrl=${encodeURIComponent(queueUrl)}` +
      "&AttributeName.1=All&MessageAttributeName.1=a&MessageAttributeName.2=b&MaxNumberOfMessages=10";
    expect(decodeRequest(sqs, post(body, headers))?.input).to.deep.equal({
      QueueUrl: queueUrl,
      AttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["a", "b"],
      MaxNumberOfMessages: 10,
    });
  });

  it("reads the queue from the path when an integration sends no QueueUrl", () => {
    const request = post("Action=SendMessage&MessageBody=hi", headers, "/123456789012/jobs");
    expect(decodeRequest(sqs, request)?.input).to.deep.equal({
      QueueUrl: queueUrl,
      MessageBody: "hi",
    });
  });

  it("reads the parameters of the URL", () => {
    const request = { ...post("", {}, "/123456789012/jobs?Action=PurgeQueue"), method: "GET" };
    expect(decodeRequest(sqs, request)).to.deep.equal({
      operation: "PurgeQueue",
      protocol: "awsQuery",
      input: { QueueUrl: queueUrl },
    });
  });

  it("responds to ReceiveMessage in flattened XML", () => {
    const message = { MessageId: "m", Body: "<&>", Attributes: { SentTimestamp: "1" } };
    const call = { operation: "ReceiveMessage", protocol: "awsQuery" } as const;
    const { body, headers: sent } = encodeResult(
      sqs,
      call,
      { Messages: [message, message] },
      "r-1",
    );
    expect(sent["content-type"]).to.equal("text/xml");
    const one =
      "<Message><MessageId>m</MessageId><Body>&lt;&amp;&gt;</Body>" +
      "<Attribute><Name>SentTimestamp</Name><Value>1</Value></Attribute></Message>";
    expect(body).to.contain(
      '<ReceiveMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">' +
        `<ReceiveMessageResult>${one}${one}</ReceiveMessageResult>` +
        "<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></ReceiveMessageResponse>",
    );
  });

  it("responds with only metadata for an operation without output", () => {
    const call = { operation: "DeleteMessage", protocol: "awsQuery" } as const;
    const root = parseXml(String(encodeResult(sqs, call, {}, "r-1").body));
    expect(root.name).to.equal("DeleteMessageResponse");
    expect(root.children.map(({ name }) => name)).to.deep.equal(["ResponseMetadata"]);
  });

  it("reports an error by the code of the query protocol", () => {
    const error = new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
    const { status, body } = encodeError(sqs, "awsQuery", error, "r-1");
    expect(status).to.equal(400);
    expect(body).to.contain(
      "<Error><Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code>" +
        "<Message>The specified queue does not exist.</Message></Error><RequestId>r-1</RequestId>",
    );
  });

  it("reports the same error to a JSON client by its shape and the query header", () => {
    const error = new AwsError("AWS.SimpleQueueService.NonExistentQueue", "gone");
    const { headers: sent, body } = encodeError(sqs, "awsJson1_0", error, "r-1");
    expect(sent).to.include({
      "x-amzn-query-error": "AWS.SimpleQueueService.NonExistentQueue;Sender",
      "x-amzn-requestid": "r-1",
    });
    expect(JSON.parse(String(body))).to.deep.equal({
      __type: "com.amazonaws.sqs#QueueDoesNotExist",
      message: "gone",
    });
  });
});

describe("codec serving query clients of CloudWatch", () => {
  it("reads the nested member lists of PutMetricData", () => {
    const body =
      "Action=PutMetricData&Version=2010-08-01&Namespace=App%2FJobs" +
      "&MetricData.member.1.MetricName=Failed&MetricData.member.1.Value=1.5" +
      "&MetricData.member.1.Timestamp=2026-01-02T03%3A04%3A05Z&MetricData.member.1.Unit=Count" +
      "&MetricData.member.1.Dimensions.member.1.Name=Host&MetricData.member.1.Dimensions.member.1.Value=a" +
      "&MetricData.member.2.MetricName=Bounds&MetricData.member.2.Values.member.1=1&MetricData.member.2.Values.member.2=2";
    expect(decodeRequest(cloudwatch, post(body, headers))?.input).to.deep.equal({
      Namespace: "App/Jobs",
      MetricData: [
        {
          MetricName: "Failed",
          Value: 1.5,
          Timestamp: new Date("2026-01-02T03:04:05Z"),
          Unit: "Count",
          Dimensions: [{ Name: "Host", Value: "a" }],
        },
        { MetricName: "Bounds", Values: [1, 2] },
      ],
    });
  });

  it("reads a list that was sent empty", () => {
    const body = "Action=DescribeAlarms&Version=2010-08-01&AlarmNames=";
    expect(decodeRequest(cloudwatch, post(body, headers))?.input).to.deep.equal({ AlarmNames: [] });
  });

  it("responds to DescribeAlarms with member elements and ISO dates", () => {
    const call = { operation: "DescribeAlarms", protocol: "awsQuery" } as const;
    const alarm = { AlarmName: "a", StateUpdatedTimestamp: new Date("2026-01-02T03:04:05.678Z") };
    expect(encodeResult(cloudwatch, call, { MetricAlarms: [alarm] }, "r-1").body).to.contain(
      "<DescribeAlarmsResult><MetricAlarms><member><AlarmName>a</AlarmName>" +
        "<StateUpdatedTimestamp>2026-01-02T03:04:05.678Z</StateUpdatedTimestamp></member></MetricAlarms></DescribeAlarmsResult>",
    );
  });
});
