import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  PIPELINE_RECORDS,
  type PipelineRecord,
} from "../../../callbacks/delivery/zipToLambdaPipeline/pipelineRecord";
import { NAMESPACE } from "../../../callbacks/delivery/zipToLambdaPipeline/report/sendEvent";
import type { PipelineSettings } from "../../../callbacks/delivery/zipToLambdaPipeline/settings";
import type { CallbackFunction } from "../../function/callbackFunction";
import type { PolicyException } from "../../iam/policyException";
import { createOwnMetricAlarm } from "../../function/ownMetricAlarm";
import { createRecordTable } from "../../storage/recordTable";
import { checkName, checkNameOfBuckets, childName, ROLE_SUFFIX } from "../../names";
import { createFailureAlarm, createFailureQueue } from "../../queues/failureQueue";
import { createWorkQueue, type WorkQueue } from "../../queues/workQueue";
import { createAppRole } from "./appRole";
import type { ZipToLambdaPipelineArgs } from "./args";
import {
  codeAccess,
  createAppsBucket,
  keepAppSettings,
  notifyQueue,
  protectBucket,
} from "./bucket";
import { checkZipToLambdaPipeline } from "./checks";
import {
  createInstances,
  createVerifier,
  createWorker,
  type PipelineInstances,
  verifyTimeoutOf,
  workerTimeout,
} from "./functions";
import { startFirstWorker } from "./instances/checker";
import { appArns } from "./statements";
import { createUploaders, UPLOADER_SUFFIX, uploadersOnly } from "./uploaders";

const TYPE = "aws-callbacks:index:ZipToLambdaPipeline";

/**
 * Receives of a message in which its zip is processed, as Lambda's guide recommends for SQS, plus some more in which
 * the worker may report that it gave up.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
const TRIES = 5;
const MAX_RECEIVES = 10;

/**
 * Turns a zip in a bucket into a Lambda function: `apps/<name>.zip` is inspected, deployed and verified; only then the
 * alias LIVE moves to it. A rejected zip gets a status with the reason, and LIVE stays unchanged.
 *
 * @example
 * const pipeline = new ZipToLambdaPipeline("apps", {
 *   verify: async ({ invoke }) => (await invoke<{ statusCode: number }>()).statusCode === 200,
 * });
 * @throws pulumi.ResourceError for a wrong argument.
 */
export class ZipToLambdaPipeline extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;
  /** Uploads that wait, and those that failed permanently. */
  readonly uploads: WorkQueue;
  /** Asynchronous calls of apps that failed permanently. */
  readonly appFailures: aws.sqs.Queue;
  /** Which worker processes an app, and how each upload ended. */
  readonly table: aws.dynamodb.Table;
  /** The role of every app. */
  readonly appRole: aws.iam.Role;
  /** With `worker: "instances"` it does only what the commands rollback-app and remove-app request. */
  readonly worker: CallbackFunction<never, unknown>;
  /** Group, security group, log and checker of `worker: "instances"`; undefined with Lambda workers. */
  readonly instances: PipelineInstances | undefined;
  /** Runs `verify`; undefined without it. */
  readonly verifier: CallbackFunction<never, unknown> | undefined;
  /** The roles of `uploaders`, by the same names. */
  readonly uploaderRoles: Readonly<Record<string, aws.iam.Role>>;
  readonly alarms: aws.cloudwatch.MetricAlarm[];
  readonly bucketName: pulumi.Output<string>;
  /** Prefix of the apps' function names, including the trailing dash. */
  readonly functionPrefix: pulumi.Output<string>;

  constructor(
    name: string,
    args: ZipToLambdaPipelineArgs = {},
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(TYPE, name, { policyExceptions: policyExceptions(name) }, opts);
    checkName(this, name, longestSuffix(args));
    checkNameOfBuckets(this, name);
    checkZipToLambdaPipeline(this, prefixOf(name), args);
    const settings = settingsOf(name, args);
    const parentOpts = { parent: this };
    const { tags, alarmActions } = args;
    const apps = appArns(this, settings.functionPrefix);
    const kept = createAppsBucket(name, args, parentOpts);
    this.bucket = kept.bucket;
    const bucketArn = this.bucket.arn;
    this.uploaderRoles = createUploaders(this, name, { args, bucketArn });
    const bucketPolicy = protectBucket(
      name,
      {
        bucket: this.bucket,
        statements: [
          ...uploadersOnly(bucketArn, this.uploaderRoles),
          ...codeAccess(bucketArn, apps.functions, args),
        ],
      },
      parentOpts,
    );
    this.uploads = createWorkQueue(
      childName(name, "uploads"),
      {
        functionTimeout: workerTimeout(settings),
        maxReceiveCount: MAX_RECEIVES,
        buckets: [this.bucket],
        alarmActions,
        tags,
      },
      parentOpts,
    );
    this.appFailures = createFailureQueue(childName(name, "app-failures"), { tags }, parentOpts);
    this.table = createRecordTable(
      childName(name, "uploads"),
      { tags, hashKey: "name" },
      parentOpts,
    );
    const appRole = createAppRole(this, name, {
      args,
      logsArn: apps.logs,
      failuresArn: this.appFailures.arn,
    });
    this.appRole = appRole.role;
    this.verifier = createVerifier(this, name, args, apps.functions);
    const parts = {
      args,
      settings,
      apps,
      bucket: this.bucket,
      appSettings: keepAppSettings(name, kept, args, parentOpts),
      uploads: this.uploads,
      failures: this.appFailures,
      table: this.table,
      appRole,
      verifier: this.verifier,
    };
    this.worker = createWorker(this, name, parts);
    this.instances = createInstances(this, name, { ...parts, kept });
    const notification = notifyQueue(
      name,
      { ...args, bucket: this.bucket, queue: this.uploads.queue },
      { ...parentOpts, dependsOn: [this.uploads.policy, kept.versioning, bucketPolicy] },
    );
    if (this.instances) startFirstWorker(name, this.instances, notification, parentOpts);
    this.alarms = createAlarms(this, name, settings, args);
    recordPipeline(this, name, settings, tags);
    this.bucketName = this.bucket.id;
    this.functionPrefix = pulumi.output(settings.functionPrefix);
    this.registerOutputs({ bucketName: this.bucketName, functionPrefix: this.functionPrefix });
  }
}

/**
 * Returns the longest suffix that is added to the component's name. It is called before the arguments are checked:
 * JavaScript may have passed anything.
 */
function longestSuffix(args: ZipToLambdaPipelineArgs | null): string {
  const uploaderRoles = Object.keys(Object(args?.uploaders) as object).map(
    (one) => `-${one}-${UPLOADER_SUFFIX}`,
  );
  return [`-verifier${ROLE_SUFFIX}`, ...uploaderRoles].reduce((longest, one) =>
    one.length > longest.length ? one : longest,
  );
}

function placeOf(name: string): string[] {
  return [pulumi.getProject(), pulumi.getStack(), name];
}

function prefixOf(name: string): string {
  return `${placeOf(name).join("-")}-`;
}

function settingsOf(name: string, args: ZipToLambdaPipelineArgs): PipelineSettings {
  const verifyTimeout = verifyTimeoutOf(args);
  return {
    pipeline: placeOf(name).join("/"),
    functionPrefix: prefixOf(name),
    keepVersions: args.keepVersions ?? 5,
    logRetentionInDays: args.logRetentionInDays ?? 30,
    tries: TRIES,
    maxReceiveCount: MAX_RECEIVES,
    ...(verifyTimeout === undefined ? {} : { verifyTimeout }),
    ...(args.storage === "reference" ? { storage: args.storage } : {}),
  };
}

function policyExceptions(name: string): PolicyException[] {
  return [
    {
      rule: "CKV2_AWS_34",
      resource: childName(name, "pipeline"),
      reason: "Names of resources, which the command deploy-zip reads: nothing secret.",
    },
    {
      rule: "AwsSolutions-SQS3",
      resource: childName(name, "app-failures"),
      reason:
        "It gets calls of apps that failed permanently: the worker configures it for each app.",
    },
  ];
}

/** Creates the alarms other than those of the functions and of the dead-letter queue. */
function createAlarms(
  self: ZipToLambdaPipeline,
  name: string,
  { pipeline }: PipelineSettings,
  { alarmActions = [], tags }: ZipToLambdaPipelineArgs,
): aws.cloudwatch.MetricAlarm[] {
  const opts = { parent: self };
  const rejected = createOwnMetricAlarm(
    childName(name, "rejected"),
    {
      alarmDescription: "A zip was rejected: its status object says why.",
      namespace: NAMESPACE,
      metricName: "Rejected",
      dimensions: { Pipeline: pipeline },
      statistic: "Sum",
      alarmActions,
      tags,
    },
    opts,
  );
  const failures = createFailureAlarm(
    childName(name, "app-failures"),
    self.appFailures,
    { description: "Asynchronous calls of apps failed permanently.", alarmActions, tags },
    opts,
  );
  const waiting = self.instances ? [self.instances.checker.waitingAlarm] : [];
  return [self.uploads.alarm, rejected, failures, ...waiting];
}

function recordPipeline(
  self: ZipToLambdaPipeline,
  name: string,
  { functionPrefix }: PipelineSettings,
  tags: ZipToLambdaPipelineArgs["tags"],
): void {
  const record = {
    bucketName: self.bucket.id,
    workerName: self.worker.name,
    functionPrefix,
  } satisfies Record<keyof PipelineRecord, pulumi.Input<string>>;
  new aws.ssm.Parameter(
    childName(name, "pipeline"),
    {
      name: `${PIPELINE_RECORDS}/${pulumi.getProject()}/${pulumi.getStack()}/${name}`,
      description: `Data by which the command deploy-zip finds the pipeline ${name}.`,
      type: "String",
      value: pulumi.jsonStringify(record),
      tags,
    },
    { parent: self },
  );
}
