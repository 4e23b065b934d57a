import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ApiAccount } from "./account";
import { childName } from "../names";

/** Requests that a stage lets through: a steady rate per second and a burst above it. */
export interface Throttling {
  /** Requests per second. Default 100. */
  rateLimit?: number;
  /** Requests at once. Default 50. */
  burstLimit?: number;
}

export interface StageArgs {
  restApi: aws.apigateway.RestApi;
  stageName: string;
  account: ApiAccount;
  throttling?: Throttling;
  /** What the execution log tells; never a body. Default "ERROR". */
  loggingLevel?: "ERROR" | "INFO";
  variables?: Record<string, pulumi.Input<string>>;
  logRetentionInDays: number;
  tags?: Record<string, pulumi.Input<string>>;
}

export interface ApiStageArgs extends StageArgs {
  /** Everything that a client can notice of the API; a change makes a new deployment. */
  definition: pulumi.Input<unknown>;
  /** What must exist before the API is deployed: its methods, integrations and responses. */
  parts: pulumi.Resource[];
}

export interface ApiStage {
  readonly deployment: aws.apigateway.Deployment;
  readonly stage: aws.apigateway.Stage;
  readonly accessLogs: aws.cloudwatch.LogGroup;
}

/**
 * The fields of one access log line, JSON as Logs Insights reads it. `$context.resourcePath` instead of the path:
 * a path may carry what must not be logged.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
const ACCESS_LOG_FIELDS = {
  requestId: "$context.extendedRequestId",
  time: "$context.requestTime",
  method: "$context.httpMethod",
  resourcePath: "$context.resourcePath",
  status: "$context.status",
  responseLength: "$context.responseLength",
  latency: "$context.responseLatency",
  integrationStatus: "$context.integrationStatus",
  integrationLatency: "$context.integrationLatency",
  errorType: "$context.error.responseType",
  sourceIp: "$context.identity.sourceIp",
};

/** Deploys an API to one stage with throttling, access logs and execution logs (errors only, no bodies). */
export function createApiStage(
  parent: pulumi.Resource,
  name: string,
  args: ApiStageArgs,
): ApiStage {
  const deployment = new aws.apigateway.Deployment(
    childName(name, "deployment"),
    { restApi: args.restApi.id, triggers: { definition: definitionHash(args.definition) } },
    { parent, dependsOn: args.parts },
  );
  return { deployment, ...createStage(name, args, deployment, { parent }) };
}

/** One stage with throttling, access logs and an execution log without bodies. */
export function createStage(
  name: string,
  args: StageArgs,
  deployment: aws.apigateway.Deployment,
  { dependsOn = [], ignoreChanges, parent }: StageOptions,
): Omit<ApiStage, "deployment"> {
  const opts = { parent };
  const { restApi, stageName, tags } = args;
  const accessLogs = new aws.cloudwatch.LogGroup(
    childName(name, "access"),
    { retentionInDays: args.logRetentionInDays, tags },
    opts,
  );
  // API Gateway creates this group itself otherwise, and keeps its lines for ever.
  const executionLogs = new aws.cloudwatch.LogGroup(
    childName(name, "execution"),
    {
      name: pulumi.interpolate`API-Gateway-Execution-Logs_${restApi.id}/${stageName}`,
      retentionInDays: args.logRetentionInDays,
      tags,
    },
    opts,
  );
  const stage = new aws.apigateway.Stage(
    name,
    {
      restApi: restApi.id,
      deployment: deployment.id,
      stageName,
      ...(args.variables ? { variables: args.variables } : {}),
      accessLogSettings: {
        destinationArn: accessLogs.arn,
        format: JSON.stringify(ACCESS_LOG_FIELDS),
      },
      tags,
    },
    // A stage with logs is refused until the account has a role for them.
    { ...opts, ignoreChanges, dependsOn: [args.account.account, executionLogs, ...dependsOn] },
  );
  new aws.apigateway.MethodSettings(
    childName(name, "settings"),
    {
      restApi: restApi.id,
      stageName: stage.stageName,
      methodPath: "*/*",
      settings: {
        loggingLevel: args.loggingLevel ?? "ERROR",
        dataTraceEnabled: false,
        metricsEnabled: true,
        throttlingRateLimit: args.throttling?.rateLimit ?? 100,
        throttlingBurstLimit: args.throttling?.burstLimit ?? 50,
      },
    },
    opts,
  );
  return { stage, accessLogs };
}

interface StageOptions {
  parent: pulumi.Resource;
  dependsOn?: pulumi.Resource[];
  ignoreChanges?: string[];
}

/** Changes exactly when the definition does. */
export function definitionHash(definition: pulumi.Input<unknown>): pulumi.Output<string> {
  return pulumi
    .jsonStringify(definition)
    .apply((text) => createHash("sha256").update(text).digest("hex"));
}
