import type { Rule } from "./rule";
import { apiGatewayRules } from "./rules/apiGateway";
import { dynamodbRules } from "./rules/dynamodb";
import { ec2Rules } from "./rules/ec2";
import { ecsRules } from "./rules/ecs";
import { iamRules } from "./rules/iam";
import { keysAndLogsRules } from "./rules/keysAndLogs";
import { lambdaRules } from "./rules/lambda";
import { loadBalancerRules } from "./rules/loadBalancer";
import { s3Rules } from "./rules/s3";
import { snsRules } from "./rules/sns";
import { sqsRules } from "./rules/sqs";
import { wiringRules } from "./rules/wiring";

/** Every rule that all stacks must satisfy; components declare exceptions themselves (policyExceptions). */
export const rules: readonly Rule[] = [
  ...apiGatewayRules,
  ...dynamodbRules,
  ...ec2Rules,
  ...ecsRules,
  ...iamRules,
  ...keysAndLogsRules,
  ...lambdaRules,
  ...loadBalancerRules,
  ...s3Rules,
  ...snsRules,
  ...sqsRules,
  ...wiringRules,
];
