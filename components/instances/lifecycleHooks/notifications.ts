import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CallbackFunction } from "../../function/callbackFunction";
import { permitRule } from "../../function/triggers/wake";
import { assumeRolePolicy, policyDocument } from "../../iam/iamPolicy";
import { childName } from "../../names";
import { createFailureQueue } from "../../queues/failureQueue";
import type { LifecycleHookArgs } from "./args";
import { stackTopicKey } from "./stackKey";

/** How a hook's notifications reach the function. */
export interface HookTarget {
  /** Without a target Auto Scaling sends events to EventBridge only. */
  readonly notificationTargetArn?: pulumi.Output<string>;
  readonly roleArn?: pulumi.Output<string>;
  /** Resources that must exist before a hook: Auto Scaling tests at once whether it may publish. */
  readonly before: readonly pulumi.Resource[];
}

export interface NotifiedFunction {
  readonly name: string;
  readonly function: CallbackFunction<never, unknown>;
  /** Names of the hooks. */
  readonly hooks: readonly string[];
}

/** The longest end of the names of a hook's roles and rules. */
export const PUBLISHER_SUFFIX = "-publisher-role";

export function createNotifications(
  self: pulumi.Resource,
  notified: NotifiedFunction,
  args: LifecycleHookArgs,
): HookTarget {
  return args.notify === "eventbridge"
    ? createEventRule(self, notified, args)
    : createTopic(self, notified, args);
}

/** Creates a topic, and the role with which Auto Scaling publishes to it. */
function createTopic(
  self: pulumi.Resource,
  { name, function: target }: NotifiedFunction,
  { tags, topicKey }: LifecycleHookArgs,
): HookTarget {
  const opts = { parent: self };
  const kmsMasterKeyId = pulumi.output(topicKey ?? stackTopicKey(self).arn);
  const topic = new aws.sns.Topic(childName(name, "actions"), { kmsMasterKeyId, tags }, opts);
  const topicPolicy = new aws.sns.TopicPolicy(
    childName(name, "actions"),
    { arn: topic.arn, policy: tlsOnly(topic.arn) },
    opts,
  );
  const role = new aws.iam.Role(
    `${name}${PUBLISHER_SUFFIX}`,
    { assumeRolePolicy: assumeRolePolicy("autoscaling.amazonaws.com"), tags },
    opts,
  );
  const rolePolicy = new aws.iam.RolePolicy(
    childName(name, "publisher-policy"),
    {
      role: role.name,
      policy: policyDocument(
        [
          { sid: "Publish", actions: ["sns:Publish"], resources: [topic.arn] },
          {
            sid: "Encrypt",
            actions: ["kms:GenerateDataKey", "kms:Decrypt"],
            resources: [kmsMasterKeyId],
          },
        ],
        self,
      ),
    },
    opts,
  );
  const subscription = subscribe(self, name, topic, target, tags);
  return {
    notificationTargetArn: topic.arn,
    roleArn: role.arn,
    before: [topicPolicy, rolePolicy, ...subscription],
  };
}

function subscribe(
  self: pulumi.Resource,
  name: string,
  topic: aws.sns.Topic,
  target: CallbackFunction<never, unknown>,
  tags: LifecycleHookArgs["tags"],
): pulumi.Resource[] {
  const opts = { parent: self };
  const undelivered = createFailureQueue(
    childName(name, "undelivered"),
    { tags, topics: [topic] },
    opts,
  );
  const permission = new aws.lambda.Permission(
    childName(name, "actions"),
    {
      action: "lambda:InvokeFunction",
      function: target.name,
      principal: "sns.amazonaws.com",
      sourceArn: topic.arn,
    },
    opts,
  );
  const subscription = new aws.sns.TopicSubscription(
    childName(name, "actions"),
    {
      topic: topic.arn,
      protocol: "lambda",
      endpoint: target.arn,
      redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: undelivered.arn }),
    },
    { ...opts, dependsOn: [permission] },
  );
  return [permission, subscription];
}

function tlsOnly(topicArn: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}

/** Creates a rule for the events of these hooks, of any group. */
function createEventRule(
  self: pulumi.Resource,
  { name, function: target, hooks }: NotifiedFunction,
  { tags }: LifecycleHookArgs,
): HookTarget {
  const rule = new aws.cloudwatch.EventRule(
    childName(name, "actions"),
    {
      description: `Notifies ${name} of waiting instances.`,
      eventPattern: JSON.stringify({
        source: ["aws.autoscaling"],
        "detail-type": [
          "EC2 Instance-launch Lifecycle Action",
          "EC2 Instance-terminate Lifecycle Action",
        ],
        detail: { LifecycleHookName: hooks },
      }),
      tags,
    },
    { parent: self },
  );
  return { before: callByRule(self, childName(name, "actions"), rule, target) };
}

/** Calls the function every few minutes, to handle missed notifications. */
export function createSweepRule(
  self: pulumi.Resource,
  { name, function: target }: Pick<NotifiedFunction, "name" | "function">,
  { sweepMinutes = 5, tags }: LifecycleHookArgs,
): aws.cloudwatch.EventRule {
  const minutes = sweepMinutes === 1 ? "1 minute" : `${sweepMinutes} minutes`;
  const rule = new aws.cloudwatch.EventRule(
    childName(name, "sweep"),
    {
      description: `Lets ${name} find instances whose notification was lost.`,
      scheduleExpression: `rate(${minutes})`,
      tags,
    },
    { parent: self },
  );
  callByRule(self, childName(name, "sweep"), rule, target, JSON.stringify({ wake: "sweep" }));
  return rule;
}

function callByRule(
  self: pulumi.Resource,
  name: string,
  rule: aws.cloudwatch.EventRule,
  target: CallbackFunction<never, unknown>,
  input?: string,
): pulumi.Resource[] {
  const opts = { parent: self };
  const permission = permitRule(name, rule, target, opts);
  const eventTarget = new aws.cloudwatch.EventTarget(
    name,
    { rule: rule.name, arn: target.arn, ...(input === undefined ? {} : { input }) },
    { ...opts, dependsOn: [permission] },
  );
  return [permission, eventTarget];
}
