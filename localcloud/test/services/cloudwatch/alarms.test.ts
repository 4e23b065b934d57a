import {
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  ListTagsForResourceCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch";
import { expect } from "chai";
import type { CloudwatchStore } from "../../../services/cloudwatch/store";
import { expectAwsError } from "../../support/expectAwsError";
import { AlarmsCloud, FUNCTION_ARN, MINUTE_MS, TOPIC_ARN } from "./alarmsCloud";

describe("cloudwatch alarms", () => {
  let a: AlarmsCloud;
  beforeEach(async () => {
    a = await AlarmsCloud.start();
  });
  afterEach(() => a.close());

  it("start in the state INSUFFICIENT_DATA", async () => {
    await a.putAlarm();
    expect(await a.describeOne()).to.deep.include({
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
    await a.putAlarm();
    expect(await a.minuteWith(75)).to.equal("ALARM");
    const { StateReason, StateReasonData } = await a.describeOne();
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
    expect(await a.minuteWith(10)).to.equal("OK");
    expect((await a.describeOne()).StateReason).to.contain(
      "was not greater than the threshold (50.0)",
    );
  });

  it("count M out of N datapoints", async () => {
    await a.putAlarm({ EvaluationPeriods: 3, DatapointsToAlarm: 2 });
    expect(await a.minuteWith(90)).to.equal("INSUFFICIENT_DATA");
    expect(await a.minuteWith(10)).to.equal("OK");
    expect(await a.minuteWith(90)).to.equal("ALARM");
    expect((await a.describeOne()).StateReason).to.match(
      /^Threshold Crossed: 2 out of the last 3 datapoints \[90\.0 .*, 90\.0 .*\] were greater than the threshold \(50\.0\) \(minimum 2 datapoints for OK -> ALARM transition\)\.$/,
    );
    expect(await a.minuteWith(10)).to.equal("OK");
  });

  it("treat missing data as configured", async () => {
    const treatments = ["missing", "ignore", "breaching", "notBreaching"];
    for (const treatment of treatments)
      await a.putAlarm({ AlarmName: treatment, TreatMissingData: treatment });
    await a.put(10);
    await a.cloud.clock.advance(MINUTE_MS);
    const states = async (): Promise<unknown> =>
      Promise.all(treatments.map(async (name) => (await a.describeOne(name)).StateValue));
    expect(await states()).to.deep.equal(["OK", "OK", "OK", "OK"]);
    await a.cloud.clock.advance(5 * MINUTE_MS);
    expect(await states()).to.deep.equal(["INSUFFICIENT_DATA", "OK", "ALARM", "OK"]);
    expect((await a.describeOne("missing")).StateReason).to.equal(
      "Insufficient Data: 1 datapoint was unknown.",
    );
    expect((await a.describeOne("breaching")).StateReason).to.equal(
      "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching].",
    );
  });

  it("of high resolution are evaluated every ten seconds", async () => {
    await a.putAlarm({ Period: 10 });
    await a.put(90);
    const data = { MetricName: "Load", Value: 90, StorageResolution: 1 };
    await a.client.send(new PutMetricDataCommand({ Namespace: "App", MetricData: [data] }));
    await a.cloud.clock.advance(10_000);
    expect((await a.describeOne()).StateValue).to.equal("ALARM");
  });

  it("ignore a percentile of few samples if configured", async () => {
    const percentile = { Statistic: undefined, ExtendedStatistic: "p99" };
    await a.putAlarm({ ...percentile, EvaluateLowSampleCountPercentile: "ignore" });
    expect(await a.minuteWith(90)).to.equal("INSUFFICIENT_DATA");
    await a.putAlarm({ ...percentile, EvaluateLowSampleCountPercentile: "evaluate" });
    expect(await a.minuteWith(90)).to.equal("ALARM");
  });

  it("evaluate metric math", async () => {
    const stat = (MetricName: string): object => ({
      Metric: { Namespace: "App", MetricName },
      Period: 60,
      Stat: "Sum",
    });
    await a.client.send(
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
    await a.put(3, "Errors");
    await a.put(4, "Calls");
    expect(await a.minuteWith()).to.equal("ALARM");
    expect(a.lambda.events()[0]).to.have.nested.property(
      "alarmData.configuration.metrics[2].expression",
      "errors / calls",
    );
    expect(a.sns.events()[0]).to.have.nested.property("Trigger.Metrics[2].Label", "error rate");
  });

  it("keep a manually set state until the next evaluation", async () => {
    await a.putAlarm({ AlarmActions: [FUNCTION_ARN], OKActions: [FUNCTION_ARN] });
    await a.minuteWith(10);
    await a.client.send(
      new SetAlarmStateCommand({ AlarmName: "high", StateValue: "ALARM", StateReason: "testing" }),
    );
    expect(await a.describeOne()).to.include({ StateValue: "ALARM", StateReason: "testing" });
    expect(await a.minuteWith(10)).to.equal("OK");
    expect(
      a.lambda.events().map((event) => (event.alarmData as { state: object }).state),
    ).to.have.length(3);
    await expectAwsError(
      a.client.send(
        new SetAlarmStateCommand({ AlarmName: "none", StateValue: "OK", StateReason: "x" }),
      ),
      "ResourceNotFound",
    );
  });

  it("write a history of their states, newest first", async () => {
    await a.putAlarm();
    await a.minuteWith(75);
    await a.minuteWith(10);
    const { AlarmHistoryItems } = await a.client.send(
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
    await a.putAlarm({ AlarmName: "cpu" });
    await a.putAlarm({ AlarmName: "disk full" });
    await a.client.send(
      new PutCompositeAlarmCommand({
        AlarmName: "both",
        AlarmRule: 'ALARM(cpu) AND NOT (OK("disk full") OR FALSE)',
        AlarmActions: [FUNCTION_ARN],
      }),
    );
    await a.client.send(
      new PutCompositeAlarmCommand({ AlarmName: "above", AlarmRule: "ALARM(both)" }),
    );
    const set = (AlarmName: string, StateValue: "ALARM" | "OK"): Promise<unknown> =>
      a.client.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: "test" }));
    await set("cpu", "ALARM");
    expect((await a.describeOne("both")).StateValue).to.equal("ALARM");
    expect((await a.describeOne("above")).StateValue).to.equal("ALARM");
    expect((await a.describeOne("both")).StateReason).to.match(
      /^arn:aws:cloudwatch:us-east-1:123456789012:alarm:cpu transitioned to ALARM at \w+ \d\d \w+, \d{4} \d\d:\d\d:\d\d UTC$/,
    );
    expect(a.lambda.events()[0]).to.have.nested.property(
      "alarmData.configuration.alarmRule",
      'ALARM(cpu) AND NOT (OK("disk full") OR FALSE)',
    );
    await set("disk full", "OK");
    expect((await a.describeOne("both")).StateValue).to.equal("OK");
    const drop = (...AlarmNames: string[]) =>
      a.client.send(new DeleteAlarmsCommand({ AlarmNames }));
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
      a.client.send(new PutCompositeAlarmCommand({ AlarmName: "x", AlarmRule: "ALARM(ghost)" })),
      "ValidationException",
      "Could not save the composite alarm as alarms [ghost] in the alarm rule do not exist",
    );
    await expectAwsError(
      a.client.send(new PutCompositeAlarmCommand({ AlarmName: "x", AlarmRule: "ALARM(cpu" })),
      "ValidationException",
    );
  });

  it("are described by prefix, state, action, metric and type, in pages", async () => {
    await a.putAlarm({ AlarmName: "a1", AlarmActions: [FUNCTION_ARN] });
    await a.putAlarm({ AlarmName: "a2", MetricName: "Other" });
    await a.putAlarm({ AlarmName: "b1", Period: 300 });
    await a.client.send(new PutCompositeAlarmCommand({ AlarmName: "c", AlarmRule: "ALARM(a1)" }));
    const names = async (filter: object): Promise<unknown> => {
      const answer = await a.client.send(new DescribeAlarmsCommand(filter));
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
    const first = await a.client.send(new DescribeAlarmsCommand({ MaxRecords: 2 }));
    expect(await names({ NextToken: first.NextToken })).to.deep.equal(["b1"]);
    const forMetric = await a.client.send(
      new DescribeAlarmsForMetricCommand({ Namespace: "App", MetricName: "Load", Period: 60 }),
    );
    expect(forMetric.MetricAlarms?.map((alarm) => alarm.AlarmName)).to.deep.equal(["a1"]);
  });

  it("keep their tags", async () => {
    await a.putAlarm({
      Tags: [
        { Key: "team", Value: "red" },
        { Key: "old", Value: "1" },
      ],
    });
    const ResourceARN = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:high";
    await a.client.send(new UntagResourceCommand({ ResourceARN, TagKeys: ["old"] }));
    const { Tags } = await a.client.send(new ListTagsForResourceCommand({ ResourceARN }));
    expect(Tags).to.deep.equal([{ Key: "team", Value: "red" }]);
    await expectAwsError(
      a.client.send(new ListTagsForResourceCommand({ ResourceARN: `${ResourceARN}er` })),
      "ResourceNotFoundException",
    );
  });

  it("refuse an invalid rule, and name unsupported options", async () => {
    await expectAwsError(
      a.putAlarm({ Period: 60, EvaluationPeriods: 1441 }),
      "ValidationException",
      "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).",
    );
    await expectAwsError(a.putAlarm({ DatapointsToAlarm: 2 }), "ValidationException");
    await expectAwsError(a.putAlarm({ Period: 45 }), "InvalidParameterValueException");
    await expectAwsError(
      a.putAlarm({ ThresholdMetricId: "band" }),
      "ValidationException",
      "The local cloud does not implement PutMetricAlarm with ThresholdMetricId.",
    );
  });

  it("have a timer only while there are any", async () => {
    const service = a.cloud.registry.named("cloudwatch");
    const store = service?.store("us-east-1", a.cloud) as CloudwatchStore;
    expect(store.nextEvaluation).to.equal(undefined);
    await a.putAlarm();
    expect(store.nextEvaluation).not.to.equal(undefined);
    await a.client.send(new DeleteAlarmsCommand({ AlarmNames: ["high", "none"] }));
    expect(store.nextEvaluation).to.equal(undefined);
  });
});
