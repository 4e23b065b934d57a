import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
} from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { ScalerConfig } from "./configuration";
import { type Memory, type AuditRecord, recall, remember, type Written } from "./memory";
import type { MemoryStore } from "./memoryStore";
import type { EvaluationInput } from "./model";
import type { Pace } from "./pace";
import { readSeries } from "./readSeries";

export const deploymentOnlyModule = true;

/** Access of a scaler to its own state, its metrics, its alarms, and the rules that call it. */
export interface ScalerPorts {
  recall(): Promise<Memory>;
  /** Writes the audit record and the state to remember; false when another evaluation wrote since. */
  remember(noted: AuditRecord, written: Written): Promise<boolean>;
  readSeries(now: number): Promise<EvaluationInput["series"]>;
  /** Returns the names of the alarms that are in ALARM. */
  alarmsOn(names: readonly string[]): Promise<readonly string[]>;
  enable(pace: Pace): Promise<void>;
  disable(pace: Pace): Promise<void>;
}

/** Ports of a deployed scaler. */
export interface AwsPorts extends ScalerPorts {
  readonly store: MemoryStore;
}

export function awsPorts(
  config: ScalerConfig,
  aws: { readonly endpoint?: string; readonly region?: string },
): AwsPorts {
  const cloudwatch = new CloudWatchClient(aws);
  const events = new EventBridgeClient(aws);
  const sqs = new SQSClient(aws);
  const store = { dynamodb: new DynamoDBClient(aws), tableName: config.tableName };
  const { ruleNames } = config;
  return {
    store,
    recall: () => recall(store),
    remember: (noted, written) => remember(store, noted, written),
    readSeries: (now) => readSeries({ cloudwatch, sqs }, config, now),
    async alarmsOn(names) {
      const command = new DescribeAlarmsCommand({ AlarmNames: [...names] });
      const { MetricAlarms = [] } = await cloudwatch.send(command);
      return MetricAlarms.filter(({ StateValue }) => StateValue === "ALARM").map(
        ({ AlarmName = "" }) => AlarmName,
      );
    },
    async enable(pace) {
      await events.send(new EnableRuleCommand({ Name: ruleNames[pace] }));
    },
    async disable(pace) {
      await events.send(new DisableRuleCommand({ Name: ruleNames[pace] }));
    },
  };
}
