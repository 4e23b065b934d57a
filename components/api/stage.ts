import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ApiAccount } from "./account";
import { createServerErrorAlarm } from "./alarm";
import type { RestApi } from "./restApi";
import { type Checks, integer, text } from "../validation";
import { childName } from "../names";

/** Requests that a stage lets through: a steady rate per second and a burst above it. */
export interface Throttling {
  /** Requests per second. Default 100. */
  rateLimit?: number;
  /** Requests at once. Default 50. */
  burstLimit?: number;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
export const THROTTLING_CHECKS = {
  rateLimit: integer([1, 10_000], "requests"),
  burstLimit: integer([1, 5_000], "requests"),
} satisfies Checks<Throttling>;

/** https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html (stageName) */
export const stageNameCheck = text(
  /^[A-Za-z0-9_-]{1,128}$/,
  "allowed are at most 128 letters, digits, - and _",
);

/** Options of a stage, the same in every component. */
export interface StageOptions {
  readonly stageName: string;
  readonly account: ApiAccount;
  readonly throttling?: Throttling;
  /** What the execution log contains; never a body. Default "ERROR". */
  readonly loggingLevel?: "ERROR" | "INFO";
  readonly variables?: Record<string, pulumi.Input<string>>;
  readonly logRetentionInDays: number;
  /** ARNs that the alarm on server errors notifies. Default: none. */
  readonly alarmActions?: pulumi.Input<string>[];
  readonly tags?: Record<string, pulumi.Input<string>>;
}

export interface StageArgs extends StageOptions {
  readonly restApi: aws.apigateway.RestApi;
  readonly deployment: aws.apigateway.Deployment;
}

export interface ApiStage {
  readonly stage: aws.apigateway.Stage;
  readonly accessLogs: aws.cloudwatch.LogGroup;
  readonly serverErrors: aws.cloudwatch.MetricAlarm;
}

/**
 * The fields of one access log line, as JSON for Logs Insights. `$context.resourcePath` instead of the path: a path may
 * contain values that must not be logged.
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

/** Deploys an API to one stage. A new deployment is made only when the definition changes. */
export function deployApi(
  name: string,
  { api, ...stage }: StageOptions & { readonly api: RestApi },
  { parent }: { readonly parent?: pulumi.Resource },
): ApiStage {
  const { restApi, parts, definition } = api;
  const deployment = new aws.apigateway.Deployment(
    childName(name, "deployment"),
    { restApi: restApi.id, triggers: { definition: definitionHash(definition) } },
    { parent, dependsOn: [...parts] },
  );
  return createStage(name, { ...stage, restApi, deployment }, { parent });
}

/** Creates one stage with throttling, access logs, an execution log without bodies, and an alarm on server errors. */
export function createStage(
  name: string,
  args: StageArgs,
  { parent, dependsOn = [], ignoreChanges }: StageResourceOptions,
): ApiStage {
  const opts = { parent };
  const { restApi, deployment, stageName, tags } = args;
  const accessLogs = new aws.cloudwatch.LogGroup(
    childName(name, "access"),
    { retentionInDays: args.logRetentionInDays, tags },
    opts,
  );
  // Otherwise API Gateway creates this group itself, and never deletes its lines.
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
    // API Gateway refuses a stage with logs until the account has a role for them.
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
  const serverErrors = createServerErrorAlarm(
    name,
    { restApi, stage, alarmActions: args.alarmActions, tags },
    opts,
  );
  return { stage, accessLogs, serverErrors };
}

interface StageResourceOptions {
  readonly parent?: pulumi.Resource;
  readonly dependsOn?: pulumi.Resource[];
  readonly ignoreChanges?: string[];
}

/** A hash of the definition: it changes exactly when the definition does. */
export function definitionHash(definition: pulumi.Input<unknown>): pulumi.Output<string> {
  return pulumi
    .jsonStringify(definition)
    .apply((text) => createHash("sha256").update(text).digest("hex"));
}
