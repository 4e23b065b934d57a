import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { CRON_RECORDS, type CronRecord } from "../../../callbacks/instances/sshCron/cronRecord";
import type { CallbackFunction } from "../../function/callbackFunction";
import type { PolicyException } from "../../iam/policyException";
import { locationOf } from "../../location";
import { checkName, checkNameOfBuckets, childName, ROLE_SUFFIX } from "../../names";
import { createRecordTable } from "../../storage/recordTable";
import { createWorkQueue, type WorkQueue } from "../../queues/workQueue";
import { createPrivateBucket } from "../../storage/privateBucket";
import type { SshCronArgs } from "./args";
import { checkSshCron } from "./checks/checkSshCron";
import {
  JOB_OVERHEAD_SECONDS,
  createKeys,
  createReconciler,
  createTrigger,
  createWorker,
  type JobKeys,
} from "./functions";
import { createNetwork } from "./network";
import { createSchedules } from "./schedules";
import { bucketName, settingsOf } from "./settings";
import { createFailureAlarm, createSilenceAlarm } from "./watchAlarms";

const TYPE = "aws-callbacks:index:SshCron";

const LONGEST_SUFFIX = `-reconciler${ROLE_SUFFIX}`;
/** Most receives of a message whose run has not started. */
const MOST_RECEIVES = 5;

/**
 * Runs commands over SSH on a fleet, on a schedule: on every host at most once per occurrence, with a verified host
 * key, the output in a bucket, and one record of the result.
 *
 * @example
 * const hello = new SshCron("hello", {
 *   schedule: "rate(15 minutes)",
 *   targets: { tag: "Role", value: "web" },
 *   user: "ec2-user",
 *   commands: ["uptime"],
 *   network: { vpcId, subnetIds },
 * });
 * @throws pulumi.ResourceError for a wrong argument, and a key that the network cannot reach.
 */
export class SshCron extends pulumi.ComponentResource {
  /** Finds the hosts of an occurrence. */
  readonly trigger: CallbackFunction<never, unknown>;
  /** Runs the job on one host. */
  readonly worker: CallbackFunction<never, unknown>;
  /** Reports missed and lost runs. */
  readonly reconciler: CallbackFunction<never, unknown>;
  readonly schedule: aws.scheduler.Schedule;
  readonly queue: WorkQueue;
  /** Records of runs (`run#<occurrence>`, host), occurrences and host keys. */
  readonly table: aws.dynamodb.Table;
  readonly alarms: aws.cloudwatch.MetricAlarm[];
  readonly logsBucketName: pulumi.Output<string>;
  readonly runsTableName: pulumi.Output<string>;
  /**
   * The worker's security group, which the hosts' security groups must allow; undefined outside of a VPC, or with your
   * own.
   */
  readonly workerSecurityGroupId: pulumi.Output<string> | undefined;
  /** Bucket of the key; undefined if the key is stored elsewhere than in S3. */
  readonly keyBucketName: pulumi.Output<string> | undefined;
  /** Line for the hosts' authorized_keys, or for an EC2 key pair; undefined if the program gave the key. */
  readonly publicKey: pulumi.Output<string> | undefined;
  /**
   * ARN to which the instances' role needs `s3:PutObject`, so that long outputs are kept completely; undefined with
   * SSH.
   */
  readonly outputArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: SshCronArgs, opts?: pulumi.ComponentResourceOptions) {
    super(TYPE, name, stated(name, args), opts);
    checkName(this, name, LONGEST_SUFFIX);
    checkNameOfBuckets(this, name);
    checkSshCron(this, args);
    const parentOpts = { parent: this };
    const settings = settingsOf(this, name, args);
    this.table = createRecordTable(childName(name, "runs"), { tags: args.tags }, parentOpts);
    this.queue = createWorkQueue(
      childName(name, "hosts"),
      {
        ...args,
        functionTimeout: settings.timeout + JOB_OVERHEAD_SECONDS,
        maxReceiveCount: MOST_RECEIVES,
      },
      parentOpts,
    );
    const { self, table, work } = { self: this, table: this.table, work: this.queue };
    const parts = { self, name, args, settings, table, work };
    const keys = createKeys(this, name, args);
    const { vpc, ownGroup } = createNetwork(name, args, parentOpts);
    this.logsBucketName = logsBucket(name, args, parentOpts);
    const { partition } = locationOf(this);
    const below = pulumi.interpolate`arn:${partition}:s3:::${this.logsBucketName}/${args.logs?.prefix ?? ""}${name}`;
    const logsArn = pulumi.interpolate`${below}/*`;
    const outputArn = pulumi.interpolate`${below}/output/*`;
    const place = { keys: keys.keys, logsBucket: this.logsBucketName, logsArn, outputArn, vpc };
    this.trigger = createTrigger(parts);
    this.worker = createWorker(parts, place);
    const { failureQueue } = this.trigger;
    if (!failureQueue) throw new Error("the trigger is called asynchronously");
    this.reconciler = createReconciler(parts, this.trigger);
    const called = { trigger: this.trigger, reconciler: this.reconciler, failureQueue };
    this.schedule = createSchedules(name, args, called, parentOpts).schedule;
    this.alarms = [
      createFailureAlarm(name, args, parentOpts),
      createSilenceAlarm(name, args, this.reconciler.name, parentOpts),
    ];
    recordCron(this, name, args, keys);
    this.runsTableName = this.table.name;
    this.workerSecurityGroupId = ownGroup?.id;
    this.keyBucketName = keys.place?.bucket;
    this.publicKey = keys.publicKey;
    this.outputArn = args.transport === "ssm" ? outputArn : undefined;
    this.registerOutputs({
      logsBucketName: this.logsBucketName,
      runsTableName: this.runsTableName,
      workerSecurityGroupId: this.workerSecurityGroupId,
      keyBucketName: this.keyBucketName,
      publicKey: this.publicKey,
      outputArn: this.outputArn,
    });
  }
}

/** Returns what the state and every preview show: exceptions to rules, and why hosts are open to the internet. */
function stated(name: string, args: SshCronArgs | undefined): object {
  const policyExceptions: PolicyException[] = [
    {
      rule: "CKV2_AWS_34",
      resource: childName(name, "cron"),
      reason: "Names of resources, which the commands runs and run read: nothing secret.",
    },
  ];
  // Called before the arguments are checked.
  const network = Object(args?.network) as { readonly public?: string };
  const why = network.public;
  return { policyExceptions, ...(why === undefined ? {} : { publicNetwork: why }) };
}

function logsBucket(
  name: string,
  { logs = {}, tags, forceDestroy }: SshCronArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  if (logs.bucket !== undefined) return bucketName(logs.bucket);
  const expirationDays = logs.retentionInDays ?? 30;
  const args = { expirationDays, forceDestroy, tags };
  return createPrivateBucket(childName(name, "logs"), args, opts).id;
}

function recordCron(self: SshCron, name: string, args: SshCronArgs, { place }: JobKeys): void {
  const record = {
    tableName: self.table.name,
    triggerName: self.trigger.name,
    logsBucket: self.logsBucketName,
    user: args.user,
    schedule: args.schedule,
    ...(place ? { keyBucket: place.bucket, keyName: place.key } : {}),
  } satisfies Partial<Record<keyof CronRecord, pulumi.Input<string>>>;
  new aws.ssm.Parameter(
    childName(name, "cron"),
    {
      name: `${CRON_RECORDS}/${pulumi.getProject()}/${pulumi.getStack()}/${name}`,
      description: `Data by which the commands find the job ${name}.`,
      type: "String",
      value: pulumi.jsonStringify(record),
      tags: args.tags,
    },
    { parent: self },
  );
}
