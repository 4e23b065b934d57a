import { get, type Rule } from "../rule";

export const dynamodbRules: readonly Rule[] = [
  {
    ids: ["AwsSolutions-DDB3", "CKV_AWS_28"],
    requires:
      "A table can be brought back to any second of its last days, whatever deletes its items; set " +
      "pointInTimeRecovery.enabled.",
    types: ["aws:dynamodb/table:Table"],
    check: (table) =>
      get(table, "pointInTimeRecovery.enabled") === true ? [] : ["point in time recovery is off"],
  },
];
