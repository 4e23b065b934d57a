import type { ResourceType } from "../types";
import { API_GATEWAY_RESOURCES } from "./apiGateway";
import { API_GATEWAY_ACCESS_RESOURCES } from "./apiGatewayAccess";
import { API_GATEWAY_METHOD_RESOURCES } from "./apiGatewayMethods";
import { API_GATEWAY_MODEL_RESOURCES } from "./apiGatewayModels";
import { API_GATEWAY_STAGE_RESOURCES } from "./apiGatewayStages";
import { APPLICATION_AUTO_SCALING_RESOURCES } from "./applicationAutoScaling";
import { AUTO_SCALING_RESOURCES } from "./autoScaling";
import { CLOUDWATCH_RESOURCES } from "./cloudwatch";
import { DYNAMODB_RESOURCES } from "./dynamodb";
import { EC2_RESOURCES } from "./ec2";
import { EC2_INSTANCE_RESOURCES } from "./ec2Instance";
import { EC2_KEY_PAIR_RESOURCES } from "./ec2KeyPair";
import { ECS_RESOURCES } from "./ecs";
import { ECS_CAPACITY_RESOURCES } from "./ecsCapacity";
import { EVENTBRIDGE_RESOURCES } from "./eventbridge";
import { FLEET_RESOURCES } from "./fleets";
import { IAM_RESOURCES } from "./iam";
import { IAM_INSTANCE_PROFILE_RESOURCES } from "./iamInstanceProfile";
import { KMS_RESOURCES } from "./kms";
import { LAMBDA_RESOURCES } from "./lambda";
import { LAMBDA_INVOCATION_RESOURCES } from "./lambdaInvocation";
import { LOGS_RESOURCES } from "./logs";
import { S3_RESOURCES } from "./s3";
import { SCHEDULER_RESOURCES } from "./scheduler";
import { SECRETS_MANAGER_RESOURCES } from "./secretsManager";
import { SECURITY_GROUP_RESOURCES } from "./securityGroup";
import { SNS_RESOURCES } from "./sns";
import { SQS_RESOURCES } from "./sqs";
import { SSM_RESOURCES } from "./ssm";

const byToken = new Map(
  [
    ...API_GATEWAY_RESOURCES,
    ...API_GATEWAY_ACCESS_RESOURCES,
    ...API_GATEWAY_MODEL_RESOURCES,
    ...API_GATEWAY_METHOD_RESOURCES,
    ...API_GATEWAY_STAGE_RESOURCES,
    ...APPLICATION_AUTO_SCALING_RESOURCES,
    ...AUTO_SCALING_RESOURCES,
    ...CLOUDWATCH_RESOURCES,
    ...DYNAMODB_RESOURCES,
    ...EC2_RESOURCES,
    ...EC2_INSTANCE_RESOURCES,
    ...EC2_KEY_PAIR_RESOURCES,
    ...ECS_RESOURCES,
    ...ECS_CAPACITY_RESOURCES,
    ...EVENTBRIDGE_RESOURCES,
    ...FLEET_RESOURCES,
    ...IAM_RESOURCES,
    ...IAM_INSTANCE_PROFILE_RESOURCES,
    ...KMS_RESOURCES,
    ...LAMBDA_RESOURCES,
    ...LAMBDA_INVOCATION_RESOURCES,
    ...LOGS_RESOURCES,
    ...S3_RESOURCES,
    ...SCHEDULER_RESOURCES,
    ...SECRETS_MANAGER_RESOURCES,
    ...SECURITY_GROUP_RESOURCES,
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
