import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  type MetricAlarm,
  type PutMetricAlarmCommandInput,
} from "@aws-sdk/client-cloudwatch";
import * as lambdaSdk from "@aws-sdk/client-lambda";
import * as snsSdk from "@aws-sdk/client-sns";
import { startCloud, type Cloud } from "../../../cloud/cloud";
import { cloudwatch } from "../../../services/cloudwatch";
import { iam } from "../../../services/iam";
import { RecordingTarget } from "./recordingTarget";

export const MINUTE_MS = 60_000;
export const FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:scale:live";
export const TOPIC_ARN = "arn:aws:sns:us-east-1:123456789012:alarms";

/** CloudWatch with a manual clock, and what its alarms notify. */
export class AlarmsCloud {
  readonly client: CloudWatchClient;

  private constructor(
    readonly cloud: Cloud,
    readonly lambda: RecordingTarget,
    readonly sns: RecordingTarget,
  ) {
    this.client = new CloudWatchClient({
      endpoint: cloud.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "root", secretAccessKey: "root" },
      maxAttempts: 1,
    });
  }

  static async start(): Promise<AlarmsCloud> {
    const [lambda, sns] = [new RecordingTarget(), new RecordingTarget()];
    const cloud = await startCloud({
      services: [
        iam,
        cloudwatch,
        lambda.service("lambda", "Invoke", lambdaSdk),
        sns.service("sns", "Publish", snsSdk),
      ],
      clock: "manual",
    });
    // Starts half a minute before a full minute, so that data and evaluations alternate.
    await cloud.clock.advance(MINUTE_MS - (cloud.clock.now() % MINUTE_MS) + MINUTE_MS / 2);
    return new AlarmsCloud(cloud, lambda, sns);
  }

  async close(): Promise<void> {
    this.client.destroy();
    await this.cloud.close();
  }

  putAlarm(more: Partial<PutMetricAlarmCommandInput> = {}): Promise<unknown> {
    return this.client.send(
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

  async put(Value: number, MetricName = "Load"): Promise<void> {
    const MetricData = [{ MetricName, Value, Timestamp: this.cloud.clock.date() }];
    await this.client.send(new PutMetricDataCommand({ Namespace: "App", MetricData }));
  }

  /** Puts a value and advances to the next half minute, past one evaluation. */
  async minuteWith(Value?: number): Promise<string> {
    if (Value !== undefined) await this.put(Value);
    await this.cloud.clock.advance(MINUTE_MS);
    return (await this.describeOne()).StateValue ?? "";
  }

  async describeOne(name = "high"): Promise<MetricAlarm> {
    const answer = await this.client.send(
      new DescribeAlarmsCommand({
        AlarmNames: [name],
        AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
      }),
    );
    return (answer.MetricAlarms ?? [])[0] ?? (answer.CompositeAlarms ?? [])[0];
  }
}
