import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PipelineSettings } from "../../../callbacks/delivery/zipToLambdaPipeline/settings";
import { verifierFactory } from "../../../callbacks/delivery/zipToLambdaPipeline/verifier";
import { workerFactory } from "../../../callbacks/delivery/zipToLambdaPipeline/worker";
import { CallbackFunction } from "../../function/callbackFunction";
import { pickCallbackOptions } from "../../function/callbackOptions";
import { childName } from "../../names";
import type { WorkQueue } from "../../queues/workQueue";
import type { AppRole } from "./appRole";
import type { ZipToLambdaPipelineArgs } from "./args";
import type { ProtectedBucket } from "../../storage/protectedBucket";
import { createChecker, type WorkersChecker } from "./instances/checker";
import { createWorkerGroup, type WorkerGroup } from "./instances/group";
import {
  type AppArns,
  manualChangeStatements,
  type WorkerScope,
  workerStatements,
} from "./statements";

/** Seconds for inspecting one zip and deploying it to Lambda; longer waits continue in another message. */
const WORK_TIME = 60;
const DEFAULT_VERIFY_TIMEOUT = 30;
const BUILD_TIME = 300;
/** Seconds without a zip after which an instance ends itself. */
const IDLE_TIME = 900;

/** Seconds that one call of the worker may take. */
export function workerTimeout(settings: Pick<PipelineSettings, "verifyTimeout">): number {
  return WORK_TIME + (settings.verifyTimeout ?? 0);
}

export function verifyTimeoutOf({
  verify,
  verifyTimeout = DEFAULT_VERIFY_TIMEOUT,
}: ZipToLambdaPipelineArgs): number | undefined {
  return verify && verifyTimeout;
}

/** Creates a separate function for the program's `verify`, which may invoke apps and nothing else. */
export function createVerifier(
  self: pulumi.Resource,
  name: string,
  args: ZipToLambdaPipelineArgs,
  functions: pulumi.Output<string>,
): CallbackFunction<never, unknown> | undefined {
  if (!args.verify) return undefined;
  return new CallbackFunction<never, unknown>(
    childName(name, "verifier"),
    {
      ...pickCallbackOptions(args),
      description: "Checks a version of an app before LIVE moves to it.",
      callbackFactory: verifierFactory(args.verify),
      timeout: verifyTimeoutOf(args),
      asynchronous: false,
      // A version that does not pass is reported as an error of this function, which is not a failure.
      alarms: ["throttles"],
      permissions: [
        {
          sid: "CallVersions",
          actions: ["lambda:InvokeFunction"],
          resources: [pulumi.interpolate`${functions}:*`],
        },
      ],
    },
    { parent: self },
  );
}

export interface WorkerParts {
  readonly args: ZipToLambdaPipelineArgs;
  readonly settings: PipelineSettings;
  readonly apps: AppArns;
  readonly bucket: aws.s3.Bucket;
  readonly appSettings: aws.s3.BucketObjectv2 | undefined;
  readonly uploads: WorkQueue;
  readonly failures: aws.sqs.Queue;
  readonly table: aws.dynamodb.Table;
  readonly appRole: AppRole;
  readonly verifier: CallbackFunction<never, unknown> | undefined;
}

export interface PipelineInstances extends WorkerGroup {
  readonly checker: WorkersChecker;
}

/** Creates the worker that takes uploads from the queue, one zip per call: a zip that crashes it affects no other. */
export function createWorker(
  self: pulumi.Resource,
  name: string,
  parts: WorkerParts,
): CallbackFunction<never, unknown> {
  const { args, settings, apps, appRole } = parts;
  const { queue } = parts.uploads;
  const isOnInstances = args.worker === "instances";
  return new CallbackFunction<never, unknown>(
    childName(name, "worker"),
    {
      ...pickCallbackOptions(args),
      description: isOnInstances
        ? "Runs the commands rollback-app and remove-app."
        : "Deploys zips from the bucket as Lambda functions.",
      callbackFactory: workerFactory(settings),
      timeout: workerTimeout(settings),
      memorySize: args.workerMemorySize ?? (isOnInstances ? 256 : 1024),
      asynchronous: false,
      queues: isOnInstances
        ? []
        : [
            {
              name: "uploads",
              queue,
              batchSize: 1,
              maximumConcurrency: args.maximumConcurrency ?? 5,
            },
          ],
      environment: workerEnvironment(parts),
      permissions: isOnInstances
        ? manualChangeStatements(self, apps, scopeOf(parts))
        : workerStatements(self, apps, scopeOf(parts)),
    },
    { parent: self, dependsOn: [appRole.policy] },
  );
}

/** Creates instances that do the same, and their checker; undefined with Lambda workers. */
export function createInstances(
  self: pulumi.Resource,
  name: string,
  parts: WorkerParts & { readonly kept: ProtectedBucket },
): PipelineInstances | undefined {
  const { args, settings, apps, kept } = parts;
  const { queue } = parts.uploads;
  const { instances } = args;
  if (!instances) return undefined;
  const common = {
    args: { ...args, instances },
    settings: {
      ...settings,
      workTime: workerTimeout(settings),
      buildTimeout: instances.buildTimeout ?? BUILD_TIME,
      idleTime: instances.idleTime ?? IDLE_TIME,
    },
    // A name known in advance: the launch template needs it before the group exists.
    groupName: `${settings.functionPrefix}workers`,
    bucket: kept,
    queue,
  };
  const group = createWorkerGroup(self, name, {
    ...common,
    environment: workerEnvironment(parts),
    permissions: workerStatements(self, apps, scopeOf(parts)),
  });
  return { ...group, checker: createChecker(self, name, common) };
}

function workerEnvironment({
  bucket,
  table,
  uploads,
  appRole,
  failures,
  verifier,
  appSettings,
}: WorkerParts): Record<string, pulumi.Input<string>> {
  return {
    BUCKET_NAME: bucket.id,
    TABLE_NAME: table.name,
    QUEUE_URL: uploads.queue.url,
    DEAD_LETTERS_URL: uploads.deadLetters.url,
    APP_ROLE_ARN: appRole.role.arn,
    APP_FAILURES_ARN: failures.arn,
    ...(verifier ? { VERIFIER_NAME: verifier.name } : {}),
    ...(appSettings ? { SETTINGS_VERSION: appSettings.versionId } : {}),
  };
}

function scopeOf({ args, bucket, uploads, table, appRole, verifier }: WorkerParts): WorkerScope {
  return {
    bucketArn: bucket.arn,
    queueArn: uploads.queue.arn,
    deadLettersArn: uploads.deadLetters.arn,
    tableArn: table.arn,
    appRoleArn: appRole.role.arn,
    ...(verifier ? { verifierArn: verifier.arn } : {}),
    args,
  };
}
