import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { keyMakerFactory } from "../../../callbacks/instances/sshCron/keyMaker";
import { reconcilerFactory } from "../../../callbacks/instances/sshCron/reconciler";
import type { SshCronSettings } from "../../../callbacks/instances/sshCron/settings";
import { triggerFactory } from "../../../callbacks/instances/sshCron/trigger";
import { ssmWorkerFactory } from "../../../callbacks/instances/sshCron/ssm/ssmWorker";
import { sshWorkerFactory } from "../../../callbacks/instances/sshCron/ssh/sshWorker";
import { CallbackFunction } from "../../function/callbackFunction";
import { type CallbackVpc, pickCallbackOptions } from "../../function/callbackOptions";
import { isMissingInMocks } from "../../mocks";
import { childName } from "../../names";
import type { WorkQueue } from "../../queues/workQueue";
import { createPrivateBucket } from "../../storage/privateBucket";
import type { SshCronArgs, SshKey } from "./args";
import { keysOf } from "./given";
import {
  bucketName,
  functionsOf,
  isFollowed,
  keySource,
  reconcilerSettings,
  scriptSource,
  targetQueries,
} from "./settings";
import { reconcilerStatements, triggerStatements, workerStatements } from "./statements";

/** Seconds of a worker's timeout in addition to the job's. */
export const JOB_OVERHEAD_SECONDS = 60;
/** Seconds: enough to read the console output of a thousand new hosts. */
const TRIGGER_TIMEOUT = 300;

export interface SshCronParts {
  readonly self: pulumi.Resource;
  readonly name: string;
  readonly args: SshCronArgs;
  readonly settings: SshCronSettings;
  readonly table: aws.dynamodb.Table;
  readonly work: WorkQueue;
}

/** A function whose result is not used here. */
type ComponentFunction = CallbackFunction<never, unknown>;

/** Creates the function that finds the hosts. It is in no VPC, because it must reach EC2's API. */
export function createTrigger({
  self,
  name,
  args,
  settings,
  table,
  work,
}: SshCronParts): ComponentFunction {
  return new CallbackFunction<never, unknown>(
    childName(name, "trigger"),
    {
      ...pickCallbackOptions(args),
      description: `Finds the hosts of the job ${name}, and starts it on each.`,
      callbackFactory: triggerFactory(settings, functionsOf(args)),
      timeout: TRIGGER_TIMEOUT,
      environment: {
        TABLE_NAME: table.name,
        QUEUE_URL: work.queue.url,
        TARGETS: pulumi.jsonStringify(targetQueries(args)),
      },
      permissions: triggerStatements(self, args, {
        queueArn: work.queue.arn,
        tableArn: table.arn,
      }),
    },
    { parent: self },
  );
}

export interface WorkerPlace {
  readonly keys: readonly SshKey[];
  readonly logsBucket: pulumi.Output<string>;
  /** Patterns for the ARNs of the logs, and of the output that agents write. */
  readonly logsArn: pulumi.Output<string>;
  readonly outputArn: pulumi.Output<string>;
  readonly vpc: CallbackVpc | undefined;
}

/** Creates the function that runs the job, on one host in each call. */
export function createWorker(
  { self, name, args, settings, table, work }: SshCronParts,
  { keys, logsBucket, logsArn, outputArn, vpc }: WorkerPlace,
): ComponentFunction {
  const prefix = args.logs?.prefix ?? "";
  const { commands } = functionsOf(args);
  const isBySsm = settings.transport === "ssm";
  const workerFactory = isBySsm ? ssmWorkerFactory : sshWorkerFactory;
  const script = scriptSource(args);
  return new CallbackFunction<never, unknown>(
    childName(name, "worker"),
    {
      ...pickCallbackOptions(args),
      description: `Runs the job ${name} on one host ${isBySsm ? "by Systems Manager" : "over SSH"}.`,
      callbackFactory: workerFactory(settings, commands ? { commands } : {}),
      asynchronous: false,
      timeout: settings.timeout + JOB_OVERHEAD_SECONDS,
      ...(vpc ? { vpc } : {}),
      environment: {
        TABLE_NAME: table.name,
        LOGS_BUCKET: logsBucket,
        ...(prefix === "" ? {} : { LOGS_PREFIX: prefix }),
        ...(isBySsm ? {} : { KEYS: pulumi.jsonStringify(keys.map(keySource)) }),
        ...(script ? { SCRIPT: pulumi.jsonStringify(script) } : {}),
        ...jumpInstances(args),
      },
      permissions: workerStatements(self, args, {
        keys,
        tableArn: table.arn,
        ...{ logsArn, outputArn },
      }),
      queues: [
        {
          name: "hosts",
          queue: work.queue,
          // A slow host must not delay others.
          batchSize: 1,
          maximumConcurrency: args.maximumConcurrency ?? 50,
        },
      ],
    },
    { parent: self },
  );
}

/** Returns the variable with the ids of jump hosts that are instances, in the order of the list. */
function jumpInstances({ jumpHosts = [] }: SshCronArgs): Record<string, pulumi.Output<string>> {
  if (jumpHosts.every(({ instanceId }) => instanceId === undefined)) return {};
  const ids = jumpHosts.map(({ instanceId }) => instanceId ?? null);
  return { JUMP_INSTANCES: pulumi.jsonStringify(ids) };
}

/** Creates the function that ends runs without a result, and reports occurrences that did not start. */
export function createReconciler(
  { self, name, args, settings, table }: SshCronParts,
  trigger: ComponentFunction,
): ComponentFunction {
  const follows = isFollowed(args);
  const { failureQueue } = trigger;
  return new CallbackFunction<never, unknown>(
    childName(name, "reconciler"),
    {
      ...pickCallbackOptions(args),
      description: `Reports runs of the job ${name} that were missed or lost.`,
      callbackFactory: reconcilerFactory(reconcilerSettings(settings, args)),
      timeout: 120,
      failureQueue,
      environment: {
        TABLE_NAME: table.name,
        ...(follows ? { TRIGGER_NAME: trigger.name } : {}),
      },
      permissions: reconcilerStatements(table.arn, follows ? trigger.arn : undefined),
    },
    { parent: self },
  );
}

/** S3 key of the private key that the component creates. */
const OWN_KEY = "id_ed25519";

export interface JobKeys {
  readonly keys: readonly SshKey[];
  /** Location to which `new-key` writes the private key. */
  readonly place?: { readonly bucket: pulumi.Output<string>; readonly key: string };
  /** Line for the hosts' authorized_keys; undefined if the program gave the key. */
  readonly publicKey?: pulumi.Output<string>;
}

/**
 * Returns the keys of the program, or creates a function that makes a key pair in a bucket: so the private key is never
 * in the stack's state.
 */
export function createKeys(self: pulumi.Resource, name: string, args: SshCronArgs): JobKeys {
  if (args.transport === "ssm") return { keys: [] };
  const given = keysOf(args);
  if (given) {
    const inBucket = given.find((key) => "bucket" in key);
    if (!inBucket || !("bucket" in inBucket)) return { keys: given };
    return { keys: given, place: { bucket: bucketName(inBucket.bucket), key: inBucket.key } };
  }
  const opts = { parent: self };
  const { tags, forceDestroy } = args;
  const bucket = createPrivateBucket(childName(name, "key"), { forceDestroy, tags }, opts);
  const maker = new CallbackFunction<never, unknown>(
    childName(name, "key-maker"),
    {
      ...pickCallbackOptions(args),
      description: `Creates the key pair of the job ${name}, once.`,
      callbackFactory: keyMakerFactory(name),
      // Only the deployment calls it, and reports its errors.
      asynchronous: false,
      alarms: [],
      environment: { KEY_BUCKET: bucket.id, KEY_NAME: OWN_KEY },
      permissions: [
        {
          // The public key is derived from the private one, which is written first.
          sid: "MakeKey",
          actions: ["s3:GetObject", "s3:PutObject"],
          resources: ["", ".pub"].map((end) => pulumi.interpolate`${bucket.arn}/${OWN_KEY}${end}`),
        },
      ],
    },
    opts,
  );
  const made = new aws.lambda.Invocation(
    childName(name, "key"),
    { functionName: maker.name, input: "{}", triggers: { bucket: bucket.id } },
    { parent: self, dependsOn: [maker.rolePolicy] },
  );
  const publicKey = made.result.apply((result) =>
    isMissingInMocks(result) ? "" : (JSON.parse(result) as { publicKey: string }).publicKey,
  );
  return {
    keys: [{ bucket, key: OWN_KEY }],
    place: { bucket: bucket.id, key: OWN_KEY },
    publicKey,
  };
}
