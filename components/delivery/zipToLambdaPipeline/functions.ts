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
import { type AppArns, workerStatements } from "./statements";

/** Seconds that a zip may take to be inspected and handed to Lambda; what waits longer is sent on. */
const WORK_TIME = 60;
const DEFAULT_VERIFY_TIMEOUT = 30;

/** Seconds of one call of the worker. */
export function workerTimeout(settings: Pick<PipelineSettings, "verifyTimeout">): number {
  return WORK_TIME + (settings.verifyTimeout ?? 0);
}

export function verifyTimeoutOf({
  verify,
  verifyTimeout = DEFAULT_VERIFY_TIMEOUT,
}: ZipToLambdaPipelineArgs): number | undefined {
  return verify && verifyTimeout;
}

/** The program's `verify` in a function of its own, which may call apps and nothing else. */
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
      description: "Judges a version of an app before LIVE moves to it.",
      callbackFactory: verifierFactory(args.verify),
      timeout: verifyTimeoutOf(args),
      asynchronous: false,
      // What does not pass is an error of this function, and no failure.
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

/** Takes the uploads from the queue. One zip a call: one that ends the worker takes no other with it. */
export function createWorker(
  self: pulumi.Resource,
  name: string,
  parts: WorkerParts,
): CallbackFunction<never, unknown> {
  const { args, settings, apps, bucket, appSettings, failures, table, appRole, verifier } = parts;
  const { queue, deadLetters } = parts.uploads;
  return new CallbackFunction<never, unknown>(
    childName(name, "worker"),
    {
      ...pickCallbackOptions(args),
      description: "Brings zips from the bucket into service as Lambda functions.",
      callbackFactory: workerFactory(settings),
      timeout: workerTimeout(settings),
      memorySize: args.workerMemorySize ?? 1024,
      asynchronous: false,
      queues: [
        { name: "uploads", queue, batchSize: 1, maximumConcurrency: args.maximumConcurrency ?? 5 },
      ],
      environment: {
        BUCKET_NAME: bucket.id,
        TABLE_NAME: table.name,
        QUEUE_URL: queue.url,
        DEAD_LETTERS_URL: deadLetters.url,
        APP_ROLE_ARN: appRole.role.arn,
        APP_FAILURES_ARN: failures.arn,
        ...(verifier ? { VERIFIER_NAME: verifier.name } : {}),
        ...(appSettings ? { SETTINGS_VERSION: appSettings.versionId } : {}),
      },
      permissions: workerStatements(self, apps, {
        bucketArn: bucket.arn,
        queueArn: queue.arn,
        deadLettersArn: deadLetters.arn,
        tableArn: table.arn,
        appRoleArn: appRole.role.arn,
        ...(verifier ? { verifierArn: verifier.arn } : {}),
        args,
      }),
    },
    { parent: self, dependsOn: [appRole.policy] },
  );
}
