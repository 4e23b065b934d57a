import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkerFactory } from "../../../../callbacks/delivery/zipToLambdaPipeline/checker/checker";
import { APPS_FOLDER } from "../../../../callbacks/delivery/zipToLambdaPipeline/uploads/appName";
import { CallbackFunction } from "../../../function/callbackFunction";
import { pickCallbackOptions } from "../../../function/callbackOptions";
import { connectAlarm, connectRule, createMinuteRule } from "../../../function/triggers/wake";
import { childName } from "../../../names";
import type { WorkerGroupParts } from "./group";
import { checkerStatements } from "./statements";

const ZIPS_PER_WORKER = 5;
/** Seconds: enough for a few calls, including retries after throttling. */
const TIMEOUT = 30;
/** Seconds that an upload may wait for an instance to boot and to process it. */
const LONGEST_WAIT = 900;

export interface WorkersChecker {
  readonly function: CallbackFunction<never, unknown>;
  readonly tickRule: aws.cloudwatch.EventRule;
  /** Goes off when an upload waits although there should be workers. */
  readonly waitingAlarm: aws.cloudwatch.MetricAlarm;
}

/**
 * Creates the function that starts as many workers as the queue needs. Each upload calls it, then each minute until all
 * zips are done.
 */
export function createChecker(
  self: pulumi.Resource,
  name: string,
  parts: Omit<WorkerGroupParts, "environment" | "permissions">,
): WorkersChecker {
  const opts = { parent: self };
  const { args, settings, queue, groupName } = parts;
  const { tags } = args;
  const description = `Calls the checker of ${name} each minute while there are zips or workers.`;
  const tickRule = createMinuteRule(childName(name, "tick"), { description, tags }, opts);
  const checker = new CallbackFunction<never, unknown>(
    childName(name, "checker"),
    {
      ...pickCallbackOptions(args),
      description: "Starts as many workers as the queue of uploads needs.",
      callbackFactory: checkerFactory({
        pipeline: settings.pipeline,
        zipsPerWorker: args.instances.zipsPerWorker ?? ZIPS_PER_WORKER,
      }),
      timeout: TIMEOUT,
      alarms: ["errors", "throttles", "failures"],
      environment: { QUEUE_URL: queue.url, GROUP_NAME: groupName, TICK_RULE: tickRule.name },
      permissions: checkerStatements(self, {
        queueArn: queue.arn,
        groupName,
        tickRuleArn: tickRule.arn,
      }),
    },
    opts,
  );
  connectRule(childName(name, "tick"), tickRule, checker, "tick", opts);
  const uploads = createUploadRule(name, parts, opts);
  connectRule(childName(name, "upload"), uploads, checker, "upload", opts);
  return {
    function: checker,
    tickRule,
    waitingAlarm: createWaitingAlarm(name, parts, checker, opts),
  };
}

/**
 * Starts a first instance. S3 sends a test message to a queue when the notification is created; the instance takes that
 * message, which is not an upload, and so shows that instances start.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function startFirstWorker(
  name: string,
  {
    checker: { function: checker },
    group,
  }: { readonly checker: WorkersChecker; readonly group: aws.autoscaling.Group },
  notification: aws.s3.BucketNotification,
  opts: pulumi.CustomResourceOptions,
): void {
  new aws.lambda.Invocation(
    childName(name, "first"),
    {
      functionName: checker.name,
      input: JSON.stringify({ wake: "upload" }),
      triggers: { notification: notification.id },
    },
    { ...opts, dependsOn: [checker.rolePolicy, notification, group] },
  );
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
function createUploadRule(
  name: string,
  { args: { tags }, bucket }: Pick<WorkerGroupParts, "args" | "bucket">,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.EventRule {
  return new aws.cloudwatch.EventRule(
    childName(name, "upload"),
    {
      description: `Calls the checker of ${name} when a zip was uploaded.`,
      eventPattern: pulumi.jsonStringify({
        source: ["aws.s3"],
        "detail-type": ["Object Created"],
        detail: {
          bucket: { name: [bucket.bucket.id] },
          object: { key: [{ wildcard: `${APPS_FOLDER}*.zip` }] },
        },
      }),
      tags,
    },
    opts,
  );
}

/** This alarm also covers a lost call of the checker. */
function createWaitingAlarm(
  name: string,
  { args: { alarmActions = [], tags }, queue }: Pick<WorkerGroupParts, "args" | "queue">,
  checker: CallbackFunction<never, unknown>,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm {
  const alarm = new aws.cloudwatch.MetricAlarm(
    childName(name, "waiting"),
    {
      alarmDescription: `An upload of ${name} has waited for ${LONGEST_WAIT / 60} minutes: check the activities of the group, and the log of its instances.`,
      namespace: "AWS/SQS",
      metricName: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: queue.name },
      statistic: "Maximum",
      threshold: LONGEST_WAIT,
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 1,
      period: 60,
      treatMissingData: "notBreaching",
      alarmActions: [checker.arn, ...alarmActions],
      tags,
    },
    opts,
  );
  connectAlarm(childName(name, "waiting"), alarm, checker, opts);
  return alarm;
}
