import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  DisableAlarmActionsCommand,
  ListTagsForResourceCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
  UntagResourceCommand,
  type MetricAlarm,
  type PutMetricAlarmCommandInput,
} from "@aws-sdk/client-cloudwatch";
import * as lambdaSdk from "@aws-sdk/client-lambda";
import * as snsSdk from "@aws-sdk/client-sns";
import { expect } from "chai";
import { startCloud, type Cloud } from "../../../cloud/cloud";
import { AwsError } from "../../../core/errors";
import type { Operation, ServiceDefinition } from "../../../core/service";
import { cloudwatch } from "../../../services/cloudwatch";
import type { CloudwatchStore } from "../../../services/cloudwatch/store";
import { iam } from "../../../services/iam";
import { expectAwsError } from "../../support/expectAwsError";

const MINUTE_MS = 60_000;
const FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:scale:live";
const TOPIC_ARN = "arn:aws:sns:us-east-1:123456789012:alarms";

/** Replaces Lambda and SNS: stores the calls, and fails while told to. */
class Target {
  readonly inputs: Record<string, unknown>[] = [];
  failWith: string | undefined;

  service(name: string, operation: string, sdk: object): ServiceDefinition<undefined> {
    const receive: Operation<undefined, Record<string, unknown>, object> = {
      access: () => [],
      run: (input) => {
        if (this.failWith !== undefined) throw new AwsError(this.failWith, "told to");
        this.inputs.push(input);
        return {};
      },
    };
    return {
      name,
      signingName: name,
      iamPrefix: name,
      sdk: () => sdk,
      createStore: () => undefined,
      operations: { [operation]: receive },
    };
  }

  events(): Record<string, unknown>[] {
    return this.inputs.map((input) => {
      const text = input.Message ?? Buffer.from(input.Payload as Uint8Array).toString();
      return JSON.parse(String(text)) as Record<string, unknown>;
    });
  }
}

describe("cloudwatch alarms", () => {
  let cloud: Cloud;
  let client: CloudWatchClient;
  let lambda: Target;
  let sns: Target;

  beforeEach(async () => {
    lambda = new Target();
    sns = new Target();
    cloud = await startCloud({
      services: [
        iam,
        cloudwatch,
        lambda.service("lambda", "Invoke", lambdaSdk),
        sns.service("sns", "Publish", snsSdk),
      ],
      clock: "manual",
    });
    client = new CloudWatchClient({
      endpoint: cloud.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "root", secretAccessKey: "root" },
      maxAttempts: 1,
    });
    // Starts half a minute before a full minute, so that data and evaluations alternate.
    await cloud.clock.advance(MINUTE_MS - (cloud.clock.now() % MINUTE_MS) + MINUTE_MS / 2);
  });

  afterEach(async () => {
    client.destroy();
    await cloud.close();
  });

  function putAlarm(more: Partial<PutMetricAlarmCommandInput> = {}): Promise<unknown> {
    return client.send(
      new PutMetricAlarmCommand({
        AlarmName: "high",
        Namespace: "App",
        MetricName: "Load",
        Statistic: "Average",
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 50,
        ComparisonOperator: "GreaterThanThreshold",
        ...more,
      }),
    );
  }

  async function put(Value: number, MetricName = "Load"): Promise<void> {
    const MetricData = [{ MetricName, Value, Timestamp: cloud.clock.date() }];
    await client.send(new PutMetricDataCommand({ Namespace: "App", MetricData }));
  }

  /** Puts a value and advances to the next half minute, past one evaluation. */
  async function minuteWith(Value?: number): Promise<string> {
    if (Value !== undefined) await put(Value);
    await cloud.clock.advance(MINUTE_MS);
    return (await describeOne()).StateValue ?? "";
  }

  async function describeOne(name = "high"): Promise<MetricAlarm> {
    const answer = await client.send(
      new DescribeAlarmsCommand({
        AlarmNames: [name],
        AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
      }),
    );
    return (answer.MetricAlarms ?? [])[0] ?? (answer.CompositeAlarms ?? [])[0];
  }

  it("start in the state INSUFFICIENT_DATA", async () => {
    await putAlarm();
    expect(await describeOne()).to.deep.include({
      AlarmArn: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:high",
      ActionsEnabled: true,
      StateValue: "INSUFFICIENT_DATA",
      StateReason: "Unchecked: Initial alarm creation",
      Statistic: "Average",
      OKActions: [],
      Dimensions: [],
    });
  });

  it("change when the threshold is crossed in either direction, with CloudWatch's reasons", async () => {
    await putAlarm();
    expect(await minuteWith(75)).to.equal("ALARM");
    const { StateReason, StateReasonData } = await describeOne();
    expect(StateReason).to.match(
      /^Threshold Crossed: 1 datapoint \[75\.0 \(\d\d\/\d\d\/\d\d \d\d:\d\d:00\)\] was greater than the threshold \(50\.0\)\.$/,
    );
    expect(JSON.parse(StateReasonData ?? "{}")).to.deep.include({
      version: "1.0",
      statistic: "Average",
      period: 60,
      recentDatapoints: [75],
      threshold: 50,
    });
    expect(await minuteWith(10)).to.equal("OK");
    expect((await describeOne()).StateReason).to.contain(
      "was not greater than the threshold (50.0)",
    );
  });

  it("count M out of N datapoints", async () => {
    await putAlarm({ EvaluationPeriods: 3, DatapointsToAlarm: 2 });
    expect(await minuteWith(90)).to.equal("INSUFFICIENT_DATA");
    expect(await minuteWith(10)).to.equal("OK");
    expect(await minuteWith(90)).to.equal("ALARM");
    expect((await describeOne()).StateReason).to.match(
      /^Threshold Crossed: 2 out of the last 3 datapoints \[90\.0 .*, 90\.0 .*\] were greater than the threshold \(50\.0\) \(minimum 2 datapoints for OK -> ALARM transition\)\.$/,
    );
    expect(await minuteWith(10)).to.equal("OK");
  });

  it("treat missing data as configured", async () => {
    const treatments = ["missing", "ignore", "breaching", "notBreaching"];
    for (const treatment of treatments)
      await putAlarm({ AlarmName: treatment, TreatMissingData: treatment });
    await put(10);
    await cloud.clock.advance(MINUTE_MS);
    const states = async (): Promise<unknown> =>
      Promise.all(treatments.map(async (name) => (await describeOne(name)).StateValue));
    expect(await states()).to.deep.equal(["OK", "OK", "OK", "OK"]);
    await cloud.clock.advance(5 * MINUTE_MS);
    expect(await states()).to.deep.equal(["INSUFFICIENT_DATA", "OK", "ALARM", "OK"]);
    expect((await describeOne("missing")).StateReason).to.equal(
      "Insufficient Data: 1 datapoint was unknown.",
    );
    expect((await describeOne("breaching")).StateReason).to.equal(
      "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching].",
    );
  });

  it("of high resolution are evaluated every ten seconds", async () => {
    await putAlarm({ Period: 10 });
    await put(90);
    const data = { MetricName: "Load", Value: 90, StorageResolution: 1 };
    await client.send(new PutMetricDataCommand({ Namespace: "App", MetricData: [data] }));
    await cloud.clock.advance(10_000);
    expect((await describeOne()).StateValue).to.equal("ALARM");
  });

  it("ignore a percentile of few samples if configured", async () => {
    const percentile = { Statistic: undefined, ExtendedStatistic: "p99" };
    await putAlarm({ ...percentile, EvaluateLowSampleCountPercentile: "ignore" });
    expect(await minuteWith(90)).to.equal("INSUFFICIENT_DATA");
    await putAlarm({ ...percentile, EvaluateLowSampleCountPercentile: "evaluate" });
    expect(await minuteWith(90)).to.equal("ALARM");
  });

  it("evaluate metric math", async () => {
    const stat = (MetricName: string): object => ({
      Metric: { Namespace: "App", MetricName },
      Period: 60,
      Stat: "Sum",
    });
    await client.send(
      new PutMetricAlarmCommand({
        AlarmName: "high",
        EvaluationPeriods: 1,
        Threshold: 0.5,
        ComparisonOperator: "GreaterThanThreshold",
        Metrics: [
          { Id: "errors", MetricStat: { ...stat("Errors") } as never, ReturnData: false },
          { Id: "calls", MetricStat: { ...stat("Calls") } as never, ReturnData: false },
          { Id: "rate", Expression: "errors / calls", Label: "error rate" },
        ],
        AlarmActions: [FUNCTION_ARN, TOPIC_ARN],
      }),
    );
    await put(3, "Errors");
    await put(4, "Calls");
    expect(await minuteWith()).to.equal("ALARM");
    expect(lambda.events()[0]).to.have.nested.property(
      "alarmData.configuration.metrics[2].expression",
      "errors / calls",
    );
    expect(sns.events()[0]).to.have.nested.property("Trigger.Metrics[2].Label", "error rate");
  });

  describe("act", () => {
    it("on a change of state only, by invoking the function with the documented event", async () => {
      await putAlarm({ AlarmActions: [FUNCTION_ARN], AlarmDescription: "too much" });
      await minuteWith(75);
      await minuteWith(80);
      await minuteWith(85);
      expect(lambda.inputs).to.have.length(1);
      expect(lambda.inputs[0]).to.include({ FunctionName: FUNCTION_ARN, InvocationType: "Event" });
      const [event] = lambda.events();
      expect(event).to.deep.include({
        source: "aws.cloudwatch",
        alarmArn: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:high",
        accountId: "123456789012",
        region: "us-east-1",
      });
      expect(event.time).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
      expect(event).to.have.nested.property("alarmData.alarmName", "high");
      expect(event).to.have.nested.property("alarmData.state.value", "ALARM");
      expect(event).to.have.nested.property("alarmData.previousState.value", "INSUFFICIENT_DATA");
      expect(event).to.have.nested.property("alarmData.configuration.description", "too much");
      expect(event).to.have.nested.property(
        "alarmData.configuration.metrics[0].metricStat.metric.name",
        "Load",
      );
      const [call] = cloud.recorder.find({ service: "lambda" });
      expect(call.principal).to.deep.equal({
        type: "service",
        service: "lambda.alarms.cloudwatch.amazonaws.com",
        sourceArn: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:high",
        sourceAccount: "123456789012",
      });
    });

    it("by publishing CloudWatch's message to a topic", async () => {
      await putAlarm({
        AlarmActions: [TOPIC_ARN],
        Dimensions: [{ Name: "Host", Value: "h" }],
        TreatMissingData: "breaching",
      });
      await minuteWith();
      expect(sns.inputs[0]).to.include({
        TopicArn: TOPIC_ARN,
        Subject: 'ALARM: "high" in US East (N. Virginia)',
      });
      expect(sns.events()[0]).to.deep.include({
        AlarmName: "high",
        AlarmDescription: null,
        AWSAccountId: "123456789012",
        NewStateValue: "ALARM",
        OldStateValue: "INSUFFICIENT_DATA",
        Region: "US East (N. Virginia)",
        AlarmActions: [TOPIC_ARN],
        Trigger: {
          MetricName: "Load",
          Namespace: "App",
          StatisticType: "Statistic",
          Statistic: "AVERAGE",
          Unit: null,
          Dimensions: [{ value: "h", name: "Host" }],
          Period: 60,
          EvaluationPeriods: 1,
          ComparisonOperator: "GreaterThanThreshold",
          Threshold: 50,
          TreatMissingData: "breaching",
          EvaluateLowSampleCountPercentile: "",
        },
      });
    });

    it("again until a busy function accepts the event, but not after a refusal", async () => {
      await putAlarm({ AlarmActions: [FUNCTION_ARN] });
      lambda.failWith = "TooManyRequestsException";
      await minuteWith(75);
      expect(lambda.inputs).to.have.length(0);
      lambda.failWith = undefined;
      await cloud.clock.advance(2 * MINUTE_MS);
      expect(lambda.events()).to.have.length(1);
      expect(lambda.events()[0]).to.have.nested.property("alarmData.state.value", "ALARM");
      lambda.failWith = "AccessDeniedException";
      await putAlarm({ AlarmActions: [], OKActions: [FUNCTION_ARN] });
      await minuteWith(10);
      lambda.failWith = undefined;
      await cloud.clock.advance(5 * MINUTE_MS);
      expect(lambda.inputs).to.have.length(1);
    });

    it("and record failures in the history instead of failing themselves", async () => {
      await putAlarm({ AlarmActions: ["arn:aws:autoscaling:us-east-1:123456789012:policy:x"] });
      expect(await minuteWith(75)).to.equal("ALARM");
      const { AlarmHistoryItems } = await client.send(
        new DescribeAlarmHistoryCommand({ AlarmName: "high", HistoryItemType: "Action" }),
      );
      expect(AlarmHistoryItems).to.have.length(1);
      expect(AlarmHistoryItems?.[0].HistorySummary).to.contain("Failed to execute action");
    });

    it("not at all while their actions are disabled", async () => {
      await putAlarm({ AlarmActions: [FUNCTION_ARN] });
      await client.send(new DisableAlarmActionsCommand({ AlarmNames: ["high"] }));
      expect(await minuteWith(75)).to.equal("ALARM");
      expect(lambda.inputs).to.have.length(0);
    });
  });

  it("keep a manually set state until the next evaluation", async () => {
    await putAlarm({ AlarmActions: [FUNCTION_ARN], OKActions: [FUNCTION_ARN] });
    await minuteWith(10);
    await client.send(
      new SetAlarmStateCommand({ AlarmName: "high", StateValue: "ALARM", StateReason: "testing" }),
    );
    expect(await describeOne()).to.include({ StateValue: "ALARM", StateReason: "testing" });
    expect(await minuteWith(10)).to.equal("OK");
    expect(
      lambda.events().map((event) => (event.alarmData as { state: object }).state),
    ).to.have.length(3);
    await expectAwsError(
      client.send(
        new SetAlarmStateCommand({ AlarmName: "none", StateValue: "OK", StateReason: "x" }),
      ),
      "ResourceNotFound",
    );
  });

  it("write a history of their states, newest first", async () => {
    await putAlarm();
    await minuteWith(75);
    await minuteWith(10);
    const { AlarmHistoryItems } = await client.send(
      new DescribeAlarmHistoryCommand({ AlarmName: "high", HistoryItemType: "StateUpdate" }),
    );
    expect(AlarmHistoryItems?.map((item) => item.HistorySummary)).to.deep.equal([
      "Alarm updated from ALARM to OK",
      "Alarm updated from INSUFFICIENT_DATA to ALARM",
    ]);
    const data: unknown = JSON.parse(AlarmHistoryItems?.[1].HistoryData ?? "{}");
    expect(data).to.have.nested.property("newState.stateReasonData.recentDatapoints[0]", 75);
  });

  it("are composed by rules and follow their children immediately", async () => {
    await putAlarm({ AlarmName: "cpu" });
    await putAlarm({ AlarmName: "disk full" });
    await client.send(
      new PutCompositeAlarmCommand({
        AlarmName: "both",
        AlarmRule: 'ALARM(cpu) AND NOT (OK("disk full") OR FALSE)',
        AlarmActions: [FUNCTION_ARN],
      }),
    );
    await client.send(
      new PutCompositeAlarmCommand({ AlarmName: "above", AlarmRule: "ALARM(both)" }),
    );
    const set = (AlarmName: string, StateValue: "ALARM" | "OK"): Promise<unknown> =>
      client.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: "test" }));
    await set("cpu", "ALARM");
    expect((await describeOne("both")).StateValue).to.equal("ALARM");
    expect((await describeOne("above")).StateValue).to.equal("ALARM");
    expect((await describeOne("both")).StateReason).to.match(
      /^arn:aws:cloudwatch:us-east-1:123456789012:alarm:cpu transitioned to ALARM at \w+ \d\d \w+, \d{4} \d\d:\d\d:\d\d UTC$/,
    );
    expect(lambda.events()[0]).to.have.nested.property(
      "alarmData.configuration.alarmRule",
      'ALARM(cpu) AND NOT (OK("disk full") OR FALSE)',
    );
    await set("disk full", "OK");
    expect((await describeOne("both")).StateValue).to.equal("OK");
    const drop = (...AlarmNames: string[]) => client.send(new DeleteAlarmsCommand({ AlarmNames }));
    const needed = (names: string) => `Cannot delete ${names} depending on `;
    await expectAwsError(
      drop("cpu"),
      "ValidationException",
      `${needed("cpu as there are composite alarm(s)")}it.`,
    );
    await expectAwsError(
      drop("cpu", "disk full"),
      "ValidationException",
      `${needed("cpu,disk full as there are composite alarm(s)")}them.`,
    );
    await drop("above");
    await drop("both", "cpu");
    await expectAwsError(
      client.send(new PutCompositeAlarmCommand({ AlarmName: "x", AlarmRule: "ALARM(ghost)" })),
      "ValidationException",
      "Could not save the composite alarm as alarms [ghost] in the alarm rule do not exist",
    );
    await expectAwsError(
      client.send(new PutCompositeAlarmCommand({ AlarmName: "x", AlarmRule: "ALARM(cpu" })),
      "ValidationException",
    );
  });

  it("are described by prefix, state, action, metric and type, in pages", async () => {
    await putAlarm({ AlarmName: "a1", AlarmActions: [FUNCTION_ARN] });
    await putAlarm({ AlarmName: "a2", MetricName: "Other" });
    await putAlarm({ AlarmName: "b1", Period: 300 });
    await client.send(new PutCompositeAlarmCommand({ AlarmName: "c", AlarmRule: "ALARM(a1)" }));
    const names = async (filter: object): Promise<unknown> => {
      const answer = await client.send(new DescribeAlarmsCommand(filter));
      return [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])].map(
        (alarm) => alarm.AlarmName,
      );
    };
    expect(await names({})).to.deep.equal(["a1", "a2", "b1"]);
    expect(await names({ AlarmTypes: ["CompositeAlarm"] })).to.deep.equal(["c"]);
    expect(await names({ AlarmNamePrefix: "a" })).to.deep.equal(["a1", "a2"]);
    expect(await names({ ActionPrefix: "arn:aws:lambda" })).to.deep.equal(["a1"]);
    expect(await names({ StateValue: "ALARM" })).to.deep.equal([]);
    expect(await names({ ParentsOfAlarmName: "a1" })).to.deep.equal(["c"]);
    const first = await client.send(new DescribeAlarmsCommand({ MaxRecords: 2 }));
    expect(await names({ NextToken: first.NextToken })).to.deep.equal(["b1"]);
    const forMetric = await client.send(
      new DescribeAlarmsForMetricCommand({ Namespace: "App", MetricName: "Load", Period: 60 }),
    );
    expect(forMetric.MetricAlarms?.map((alarm) => alarm.AlarmName)).to.deep.equal(["a1"]);
  });

  it("keep their tags", async () => {
    await putAlarm({
      Tags: [
        { Key: "team", Value: "red" },
        { Key: "old", Value: "1" },
      ],
    });
    const ResourceARN = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:high";
    await client.send(new UntagResourceCommand({ ResourceARN, TagKeys: ["old"] }));
    const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceARN }));
    expect(Tags).to.deep.equal([{ Key: "team", Value: "red" }]);
    await expectAwsError(
      client.send(new ListTagsForResourceCommand({ ResourceARN: `${ResourceARN}er` })),
      "ResourceNotFoundException",
    );
  });

  it("refuse an invalid rule, and name unsupported options", async () => {
    await expectAwsError(
      putAlarm({ Period: 60, EvaluationPeriods: 1441 }),
      "ValidationException",
      "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).",
    );
    await expectAwsError(putAlarm({ DatapointsToAlarm: 2 }), "ValidationException");
    await expectAwsError(putAlarm({ Period: 45 }), "InvalidParameterValueException");
    await expectAwsError(
      putAlarm({ ThresholdMetricId: "band" }),
      "ValidationException",
      "The local cloud does not implement PutMetricAlarm with ThresholdMetricId.",
    );
  });

  it("have a timer only while there are any", async () => {
    const service = cloud.registry.named("cloudwatch");
    const store = service?.store("us-east-1", cloud) as CloudwatchStore;
    expect(store.nextEvaluation).to.equal(undefined);
    await putAlarm();
    expect(store.nextEvaluation).not.to.equal(undefined);
    await client.send(new DeleteAlarmsCommand({ AlarmNames: ["high", "none"] }));
    expect(store.nextEvaluation).to.equal(undefined);
  });
});
