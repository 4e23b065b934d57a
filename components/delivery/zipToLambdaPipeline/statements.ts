import * as pulumi from "@pulumi/pulumi";
import { SETTINGS_KEY } from "../../../callbacks/delivery/zipToLambdaPipeline/appSettings";
import {
  APPS_FOLDER,
  BUILT_FOLDER,
  STATUS_FOLDER,
} from "../../../callbacks/delivery/zipToLambdaPipeline/uploads/appName";
import type { Statement } from "../../iam/statement";
import { arnsBeside, locationOf } from "../../location";
import type { AppSettings, ZipToLambdaPipelineArgs } from "./args";

/** The resources that a worker uses. */
export interface WorkerScope {
  readonly bucketArn: pulumi.Input<string>;
  readonly queueArn: pulumi.Input<string>;
  readonly deadLettersArn: pulumi.Input<string>;
  readonly tableArn: pulumi.Input<string>;
  readonly appRoleArn: pulumi.Input<string>;
  readonly verifierArn?: pulumi.Input<string>;
  readonly args: ZipToLambdaPipelineArgs;
}

/** ARNs of the apps' functions and logs. */
export interface AppArns {
  /** Every function whose name begins with the prefix. */
  readonly functions: pulumi.Output<string>;
  readonly logs: pulumi.Output<string>;
}

export function appArns(self: pulumi.Resource, functionPrefix: string): AppArns {
  const { accountId, partition, region } = locationOf(self);
  const of = (service: string, kind: string): pulumi.Output<string> =>
    pulumi.interpolate`arn:${partition}:${service}:${region}:${accountId}:${kind}${functionPrefix}*`;
  return { functions: of("lambda", "function:"), logs: of("logs", "log-group:/aws/lambda/") };
}

/**
 * Permissions for the pipeline's own apps, by their prefix, its bucket, queue and table, and the one role that it may
 * pass to functions.
 */
export function workerStatements(
  self: pulumi.Resource,
  { functions, logs }: AppArns,
  scope: WorkerScope,
): Statement[] {
  const { status, event } = reportStatements(self, scope);
  return [
    {
      sid: "ReadZips",
      actions: ["s3:GetObjectVersion"],
      resources: [pulumi.interpolate`${scope.bucketArn}/${APPS_FOLDER}*`],
    },
    // Without this permission S3 answers 403 for a deleted zip, instead of 404.
    { sid: "SeeThatOneIsGone", actions: ["s3:ListBucket"], resources: [scope.bucketArn] },
    status,
    {
      sid: "DeployApps",
      actions: [
        "lambda:CreateAlias",
        "lambda:CreateFunction",
        "lambda:DeleteFunction",
        // For reserved concurrency, and a function URL, that the program has since removed.
        "lambda:DeleteFunctionConcurrency",
        "lambda:DeleteFunctionUrlConfig",
        "lambda:GetAlias",
        "lambda:GetFunction",
        "lambda:ListTags",
        "lambda:ListVersionsByFunction",
        "lambda:PublishVersion",
        "lambda:PutFunctionEventInvokeConfig",
        "lambda:TagResource",
        "lambda:UpdateAlias",
        "lambda:UpdateFunctionCode",
        "lambda:UpdateFunctionConfiguration",
      ],
      resources: [functions],
    },
    {
      sid: "PassAppRole",
      actions: ["iam:PassRole"],
      resources: [scope.appRoleArn],
      conditions: { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
    },
    {
      sid: "KeepLogs",
      actions: ["logs:CreateLogGroup", "logs:PutRetentionPolicy"],
      resources: [logs, pulumi.interpolate`${logs}:*`],
    },
    {
      sid: "Remember",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      resources: [scope.tableArn],
    },
    { sid: "SendOn", actions: ["sqs:SendMessage"], resources: [scope.queueArn] },
    { sid: "GiveUp", actions: ["sqs:SendMessage"], resources: [scope.deadLettersArn] },
    event,
    ...optionalStatements(self, functions, scope),
  ];
}

/** Permissions for the actions that an operator starts manually, if instances do all other work. */
export function manualChangeStatements(
  self: pulumi.Resource,
  { functions }: AppArns,
  scope: WorkerScope,
): Statement[] {
  const { status, event } = reportStatements(self, scope);
  return [
    {
      sid: "ChangeApps",
      actions: [
        "lambda:DeleteFunction",
        "lambda:GetAlias",
        "lambda:GetFunction",
        "lambda:ListTags",
        ...(scope.args.storage === "reference" ? ["lambda:ListVersionsByFunction"] : []),
        "lambda:UpdateAlias",
      ],
      resources: [functions],
    },
    { sid: "Remember", actions: ["dynamodb:UpdateItem"], resources: [scope.tableArn] },
    status,
    event,
    ...unusedZips(scope),
  ];
}

/** Permissions to write a status and to send an event. */
function reportStatements(
  self: pulumi.Resource,
  { bucketArn }: WorkerScope,
): { readonly status: Statement; readonly event: Statement } {
  return {
    status: {
      sid: "TellStatus",
      actions: ["s3:PutObject"],
      resources: [pulumi.interpolate`${bucketArn}/${STATUS_FOLDER}*`],
    },
    event: {
      sid: "Tell",
      actions: ["events:PutEvents"],
      resources: [arnsBeside(self)("events", "event-bus/default")],
    },
  };
}

/** Permission to mark zips that no function refers to any more, where functions refer to zips. */
function unusedZips({ args: { storage, worker }, bucketArn }: WorkerScope): Statement[] {
  if (storage !== "reference") return [];
  const folders = [APPS_FOLDER, ...(worker === "instances" ? [BUILT_FOLDER] : [])];
  return [
    {
      sid: "MarkUnusedZips",
      actions: ["s3:GetObjectVersionTagging", "s3:PutObjectVersionTagging"],
      resources: folders.map((folder) => pulumi.interpolate`${bucketArn}/${folder}*`),
    },
  ];
}

/** Permissions that only some arguments need. */
function optionalStatements(
  self: pulumi.Resource,
  functions: pulumi.Output<string>,
  scope: WorkerScope,
): Statement[] {
  const { args, bucketArn, verifierArn } = scope;
  const { accountId, partition, region } = locationOf(self);
  const { parameters = [], secrets = [] } = args;
  const settings = [args.appDefaults ?? {}, ...Object.values(args.apps ?? {})];
  const has = (isWanted: (one: AppSettings) => boolean): boolean => settings.some(isWanted);
  const when = (condition: boolean, statement: () => Statement): Statement[] =>
    condition ? [statement()] : [];
  return [
    ...unusedZips(scope),
    ...when(args.appDefaults !== undefined || args.apps !== undefined, () => ({
      sid: "ReadSettings",
      actions: ["s3:GetObjectVersion"],
      resources: [pulumi.interpolate`${bucketArn}/${SETTINGS_KEY}`],
    })),
    ...when(verifierArn !== undefined, () => ({
      sid: "Verify",
      actions: ["lambda:InvokeFunction"],
      resources: [verifierArn ?? ""],
    })),
    ...when(
      has(({ http }) => http === "functionUrl"),
      () => ({
        sid: "GiveAddresses",
        actions: ["lambda:CreateFunctionUrlConfig", "lambda:GetFunctionUrlConfig"],
        resources: [functions],
      }),
    ),
    ...when(
      has(({ reservedConcurrency }) => reservedConcurrency !== undefined),
      () => ({
        sid: "Reserve",
        actions: ["lambda:PutFunctionConcurrency"],
        resources: [functions],
      }),
    ),
    ...when(
      has(({ layers = [] }) => layers.length > 0),
      () => ({
        sid: "UseLayers",
        actions: ["lambda:GetLayerVersion"],
        resources: [...new Set(settings.flatMap(({ layers = [] }) => layers))],
      }),
    ),
    ...when(parameters.length > 0, () => ({
      sid: "ReadParameters",
      actions: ["ssm:GetParameter"],
      resources: parameters.map(
        (one) =>
          pulumi.interpolate`arn:${partition}:ssm:${region}:${accountId}:parameter/${one.replace(/^\//, "")}`,
      ),
    })),
    ...when(secrets.length > 0, () => ({
      sid: "ReadSecrets",
      actions: ["secretsmanager:GetSecretValue"],
      resources: secrets,
    })),
  ];
}
