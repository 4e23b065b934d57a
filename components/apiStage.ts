import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ApiAccount } from "./apiAccount";
import { childName } from "./names";

/** Requests that a stage lets through: a steady rate per second and a burst above it. */
export interface Throttling {
  /** Requests per second. Default 100. */
  rateLimit?: number;
  /** Requests at once. Default 50. */
  burstLimit?: number;
}

export interface ApiStageArgs {
  restApi: aws.apigateway.RestApi;
  stageName: string;
  /** Everything that a client can notice of the API; a change makes a new deployment. */
  definition: pulumi.Input<unknown>;
  /** What must exist before the API is deployed: its methods, integrations and responses. */
  parts: pulumi.Resource[];
  account: ApiAccount;
  throttling?: Throttling;
  logRetentionInDays: number;
  tags?: Record<string, pulumi.Input<string>>;
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
  const opts = { parent };
  const { restApi, stageName, tags } = args;
  const deployment = new aws.apigateway.Deployment(
    childName(name, "deployment"),
    { restApi: restApi.id, triggers: { definition: hash(args.definition) } },
    { ...opts, dependsOn: args.parts },
  );
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
      accessLogSettings: {
        destinationArn: accessLogs.arn,
        format: JSON.stringify(ACCESS_LOG_FIELDS),
      },
      tags,
    },
    // A stage with logs is refused until the account has a role for them.
    { ...opts, dependsOn: [args.account.account, executionLogs] },
  );
  new aws.apigateway.MethodSettings(
    childName(name, "settings"),
    {
      restApi: restApi.id,
      stageName: stage.stageName,
      methodPath: "*/*",
      settings: {
        loggingLevel: "ERROR",
        dataTraceEnabled: false,
        metricsEnabled: true,
        throttlingRateLimit: args.throttling?.rateLimit ?? 100,
        throttlingBurstLimit: args.throttling?.burstLimit ?? 50,
      },
    },
    opts,
  );
  return { deployment, stage, accessLogs };
}

function hash(definition: pulumi.Input<unknown>): pulumi.Output<string> {
  return pulumi
    .jsonStringify(definition)
    .apply((text) => createHash("sha256").update(text).digest("hex"));
}
