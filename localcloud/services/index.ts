import type { ServiceDefinition } from "../core/service";
import { apiGateway } from "./api-gateway";
import { applicationAutoScaling } from "./application-auto-scaling";
import { autoScaling } from "./auto-scaling";
import { cloudwatch } from "./cloudwatch";
import { cloudwatchLogs } from "./cloudwatch-logs";
import { dynamodb } from "./dynamodb";
import { ec2 } from "./ec2";
import { ec2InstanceConnect } from "./ec2-instance-connect";
import { ecs } from "./ecs";
import { eventbridge } from "./eventbridge";
import { iam } from "./iam";
import { kms } from "./kms";
import { lambda } from "./lambda";
import { s3 } from "./s3";
import { scheduler } from "./scheduler";
import { secretsManager } from "./secrets-manager";
import { sns } from "./sns";
import { sqs } from "./sqs";
import { ssm } from "./ssm";
import { sts } from "./sts";

/** All services of the local cloud. */
export const services: readonly ServiceDefinition<unknown>[] = [
  apiGateway,
  applicationAutoScaling,
  autoScaling,
  cloudwatch,
  cloudwatchLogs,
  dynamodb,
  ec2,
  ec2InstanceConnect,
  ecs,
  eventbridge,
  iam,
  kms,
  lambda,
  s3,
  scheduler,
  secretsManager,
  sns,
  sqs,
  ssm,
  sts,
];
