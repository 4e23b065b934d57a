import type { PolicyResource } from "../../../policies/rule";
import { dynamodbRules } from "../../../policies/rules/dynamodb";
import { keysAndLogsRules } from "../../../policies/rules/keysAndLogs";
import { describeRules, resource } from "../resource";

type Props = Record<string, unknown>;

const table = (props: Props): PolicyResource =>
  resource("aws:dynamodb/table:Table", "table", props);
const group = (props: Props): PolicyResource =>
  resource("aws:cloudwatch/logGroup:LogGroup", "group", props);
const alarm = (props: Props): PolicyResource =>
  resource("aws:cloudwatch/metricAlarm:MetricAlarm", "alarm", props);
const parameter = (type: string): PolicyResource =>
  resource("aws:ssm/parameter:Parameter", "parameter", { type });
const key = (props: Props): PolicyResource => resource("aws:kms/key:Key", "key", props);
const keyPolicy = (statement: object): PolicyResource =>
  key({
    policy: JSON.stringify({ Statement: { Effect: "Allow", Action: "kms:*", ...statement } }),
  });

describeRules("DynamoDB", dynamodbRules, {
  "AwsSolutions-DDB3": {
    red: [
      { graph: [table({})], says: "point in time recovery is off" },
      { graph: [table({ pointInTimeRecovery: { enabled: false } })], says: "is off" },
    ],
    green: [[table({ pointInTimeRecovery: { enabled: true } })]],
  },
});

describeRules("KMS, SSM, logs and alarms", keysAndLogsRules, {
  "Serverless-CloudWatchLogGroupRetentionPeriod": {
    red: [
      { graph: [group({})], says: "for ever" },
      { graph: [group({ retentionInDays: 0 })], says: "for ever" },
    ],
    green: [[group({ retentionInDays: 7 })]],
  },
  CKV_AWS_319: {
    red: [{ graph: [alarm({ actionsEnabled: false })], says: "disabled" }],
    green: [[alarm({})], [alarm({ actionsEnabled: true })]],
  },
  CKV2_AWS_34: {
    red: [{ graph: [parameter("String")], says: "its type is String" }],
    green: [[parameter("SecureString")]],
  },
  "AwsSolutions-KMS5": {
    red: [{ graph: [key({})], says: "never rotated" }],
    green: [[key({ enableKeyRotation: true })], [key({ customerMasterKeySpec: "RSA_2048" })]],
  },
  CKV_AWS_33: {
    red: [{ graph: [keyPolicy({ Principal: "*" })], says: "every principal" }],
    green: [
      [keyPolicy({ Principal: { AWS: "arn:aws:iam::123456789012:root" } })],
      [
        keyPolicy({
          Principal: "*",
          Condition: { StringEquals: { "kms:CallerAccount": "123456789012" } },
        }),
      ],
    ],
  },
  CKV_AWS_227: {
    red: [{ graph: [key({ isEnabled: false })], says: "disabled" }],
    green: [[key({})], [key({ isEnabled: true })]],
  },
  CKV2_AWS_64: {
    red: [{ graph: [key({})], says: "no policy" }],
    green: [[keyPolicy({ Principal: { AWS: "123456789012" } })]],
  },
});
