import type { ResourceType } from "../types";
import { API_GATEWAY_RESOURCES } from "./api-gateway";
import { APPLICATION_AUTO_SCALING_RESOURCES } from "./applicationAutoScaling";
import { AUTO_SCALING_RESOURCES } from "./auto-scaling";
import { CLOUDWATCH_RESOURCES } from "./cloudwatch";
import { DYNAMODB_RESOURCES } from "./dynamodb";
import { EC2_RESOURCES } from "./ec2";
import { ECS_RESOURCES } from "./ecs";
import { EVENTBRIDGE_RESOURCES } from "./eventbridge";
import { IAM_RESOURCES } from "./iam";
import { KMS_RESOURCES } from "./kms";
import { LAMBDA_RESOURCES } from "./lambda";
import { LOGS_RESOURCES } from "./logs";
import { S3_RESOURCES } from "./s3";
import { SCHEDULER_RESOURCES } from "./scheduler";
import { SECRETS_MANAGER_RESOURCES } from "./secretsManager";
import { SNS_RESOURCES } from "./sns";
import { SQS_RESOURCES } from "./sqs";
import { SSM_RESOURCES } from "./ssm";

const byToken = new Map(
  [
    ...API_GATEWAY_RESOURCES,
    ...APPLICATION_AUTO_SCALING_RESOURCES,
    ...AUTO_SCALING_RESOURCES,
    ...CLOUDWATCH_RESOURCES,
    ...DYNAMODB_RESOURCES,
    ...EC2_RESOURCES,
    ...ECS_RESOURCES,
    ...EVENTBRIDGE_RESOURCES,
    ...IAM_RESOURCES,
    ...KMS_RESOURCES,
    ...LAMBDA_RESOURCES,
    ...LOGS_RESOURCES,
    ...S3_RESOURCES,
    ...SCHEDULER_RESOURCES,
    ...SECRETS_MANAGER_RESOURCES,
    ...SNS_RESOURCES,
    ...SQS_RESOURCES,
    ...SSM_RESOURCES,
  ].map((type) => [type.token, type]),
);

export function findResourceType(token: string): ResourceType | undefined {
  return byToken.get(token);
}

/** Returns the tokens of every `aws:*` type that the provider can create, sorted. */
export function resourceTokens(): string[] {
  return [...byToken.keys()].sort();
}
