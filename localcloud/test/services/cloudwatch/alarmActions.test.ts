import {
  DescribeAlarmHistoryCommand,
  DisableAlarmActionsCommand,
} from "@aws-sdk/client-cloudwatch";
import { expect } from "chai";
import { AlarmsCloud, FUNCTION_ARN, MINUTE_MS, TOPIC_ARN } from "./alarmsCloud";

describe("cloudwatch alarms", () => {
  let a: AlarmsCloud;
  beforeEach(async () => {
    a = await AlarmsCloud.start();
  });
  afterEach(() => a.close());

  describe("act", () => {
    it("on a change of state only, by invoking the function with the documented event", async () => {
      await a.putAlarm({ AlarmActions: [FUNCTION_ARN], AlarmDescription: "too much" });
      await a.minuteWith(75);
      await a.minuteWith(80);
      await a.minuteWith(85);
      expect(a.lambda.inputs).to.have.length(1);
      expect(a.lambda.inputs[0]).to.include({
        FunctionName: FUNCTION_ARN,
        InvocationType: "Event",
      });
      const [event] = a.lambda.events();
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
      const [call] = a.cloud.recorder.find({ service: "lambda" });
      expect(call.principal).to.deep.equal({
        type: "service",
        service: "lambda.alarms.cloudwatch.amazonaws.com",
        sourceArn: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:high",
        sourceAccount: "123456789012",
      });
    });

    it("by publishing CloudWatch's message to a topic", async () => {
      await a.putAlarm({
        AlarmActions: [TOPIC_ARN],
        Dimensions: [{ Name: "Host", Value: "h" }],
        TreatMissingData: "breaching",
      });
      await a.minuteWith();
      expect(a.sns.inputs[0]).to.include({
        TopicArn: TOPIC_ARN,
        Subject: 'ALARM: "high" in US East (N. Virginia)',
      });
      expect(a.sns.events()[0]).to.deep.include({
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
      await a.putAlarm({ AlarmActions: [FUNCTION_ARN] });
      a.lambda.failWith = "TooManyRequestsException";
      await a.minuteWith(75);
      expect(a.lambda.inputs).to.have.length(0);
      a.lambda.failWith = undefined;
      await a.cloud.clock.advance(2 * MINUTE_MS);
      expect(a.lambda.events()).to.have.length(1);
      expect(a.lambda.events()[0]).to.have.nested.property("alarmData.state.value", "ALARM");
      a.lambda.failWith = "AccessDeniedException";
      await a.putAlarm({ AlarmActions: [], OKActions: [FUNCTION_ARN] });
      await a.minuteWith(10);
      a.lambda.failWith = undefined;
      await a.cloud.clock.advance(5 * MINUTE_MS);
      expect(a.lambda.inputs).to.have.length(1);
    });

    it("and record failures in the history instead of failing themselves", async () => {
      await a.putAlarm({ AlarmActions: ["arn:aws:autoscaling:us-east-1:123456789012:policy:x"] });
      expect(await a.minuteWith(75)).to.equal("ALARM");
      const { AlarmHistoryItems } = await a.client.send(
        new DescribeAlarmHistoryCommand({ AlarmName: "high", HistoryItemType: "Action" }),
      );
      expect(AlarmHistoryItems).to.have.length(1);
      expect(AlarmHistoryItems?.[0].HistorySummary).to.contain("Failed to execute action");
    });

    it("not at all while their actions are disabled", async () => {
      await a.putAlarm({ AlarmActions: [FUNCTION_ARN] });
      await a.client.send(new DisableAlarmActionsCommand({ AlarmNames: ["high"] }));
      expect(await a.minuteWith(75)).to.equal("ALARM");
      expect(a.lambda.inputs).to.have.length(0);
    });
  });
});
