import { publicStatements, statementsAt } from "../policyDocument";
import { get, isGiven, type Rule } from "../rule";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const KEY = "aws:kms/key:Key";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const PARAMETER = "aws:ssm/parameter:Parameter";

export const keysAndLogsRules: readonly Rule[] = [
  {
    ids: ["Serverless-CloudWatchLogGroupRetentionPeriod", "CKV_AWS_66"],
    requires:
      "A log group forgets: without a limit it costs, and keeps personal data, for ever; set retentionInDays.",
    types: [LOG_GROUP],
    check: (group) =>
      Number(get(group, "retentionInDays") ?? 0) > 0 ? [] : ["it keeps its lines for ever"],
  },
  {
    ids: ["CKV_AWS_319"],
    requires: "An alarm may act, or it rings in an empty room; leave actionsEnabled on.",
    types: [ALARM],
    check: (alarm) => (get(alarm, "actionsEnabled") === false ? ["its actions are disabled"] : []),
  },
  {
    ids: ["CKV2_AWS_34"],
    requires:
      "A parameter is encrypted, because configuration grows secrets; use type SecureString.",
    types: [PARAMETER],
    check: (parameter) =>
      get(parameter, "type") === "SecureString"
        ? []
        : [`its type is ${String(get(parameter, "type"))}`],
  },
  {
    ids: ["AwsSolutions-KMS5", "CKV_AWS_7"],
    requires: "A key's material is renewed every year by KMS itself; set enableKeyRotation.",
    types: [KEY],
    check: (key) => {
      const spec = get(key, "customerMasterKeySpec") ?? "SYMMETRIC_DEFAULT";
      // Only symmetric keys can: https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
      if (spec !== "SYMMETRIC_DEFAULT") return [];
      return get(key, "enableKeyRotation") === true ? [] : ["it is never rotated"];
    },
  },
  {
    ids: ["CKV_AWS_33"],
    requires:
      "A key is not everyone's: name principals in its policy, or add a condition on the account.",
    types: [KEY],
    check: (key) =>
      publicStatements(statementsAt(key, "policy")).map(() => "its policy allows every principal"),
  },
  {
    ids: ["CKV_AWS_227"],
    requires: "A key is enabled, or what it protects cannot be read; leave isEnabled on.",
    types: [KEY],
    check: (key) => (get(key, "isEnabled") === false ? ["it is disabled"] : []),
  },
  {
    ids: ["CKV2_AWS_64"],
    requires:
      "A key's policy is written down, instead of the default that leaves everything to IAM; set policy.",
    types: [KEY],
    check: (key) => (isGiven(key, "policy") ? [] : ["it has no policy"]),
  },
];
