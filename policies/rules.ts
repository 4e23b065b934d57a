import type { Rule } from "./rule";
import { apiGatewayRules } from "./rules/apiGateway";
import { dynamodbRules } from "./rules/dynamodb";
import { iamRules } from "./rules/iam";
import { keysAndLogsRules } from "./rules/keysAndLogs";
import { lambdaRules } from "./rules/lambda";
import { snsRules } from "./rules/sns";
import { sqsRules } from "./rules/sqs";

/** Every rule that all stacks must satisfy; a component states its exceptions itself (policyExceptions). */
export const rules: readonly Rule[] = [
  ...apiGatewayRules,
  ...dynamodbRules,
  ...iamRules,
  ...keysAndLogsRules,
  ...lambdaRules,
  ...snsRules,
  ...sqsRules,
];
