import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CallbackFunction } from "../../function/callbackFunction";
import { createFailureAlarm, createFailureQueue } from "../../queues/failureQueue";
import { childName } from "../../names";
import type { WebhookRedeployerArgs } from "./args";

/** The rules of a redeployer, and the queue of the events that EventBridge could not deliver. */
export interface RedeployEvents {
  /** Rules for ended deployments; several if one cannot contain the names of all clusters. */
  readonly deployments: readonly aws.cloudwatch.EventRule[];
  /** Rules for pushes to ECR, also several if there are many names; empty without this sender. */
  readonly pushes: readonly aws.cloudwatch.EventRule[];
  readonly undelivered: aws.sqs.Queue;
  readonly alarm: aws.cloudwatch.MetricAlarm;
}

/** Creates the rules on the default bus, where AWS services send their events, with one failure queue and its alarm. */
export function createRedeployEvents(
  name: string,
  patterns: { readonly deployments: readonly object[]; readonly pushes: readonly object[] },
  { alarmActions, tags }: Pick<WebhookRedeployerArgs, "alarmActions" | "tags">,
  opts: pulumi.CustomResourceOptions,
): RedeployEvents {
  const createRules = (
    suffix: string,
    description: string,
    ofKind: readonly object[],
  ): aws.cloudwatch.EventRule[] =>
    ofKind.map((pattern, index) => {
      const eventPattern = pulumi.jsonStringify(pattern);
      const ruleName = numbered(childName(name, suffix), index);
      return new aws.cloudwatch.EventRule(ruleName, { description, eventPattern, tags }, opts);
    });
  const deployments = createRules(
    "deployments",
    "Ends of deployments of the services that are redeployed.",
    patterns.deployments,
  );
  const pushes = createRules(
    "ecr",
    "Pushes to repositories in ECR that redeploy.",
    patterns.pushes,
  );
  const rules = [...deployments, ...pushes];
  const queueName = childName(name, "undelivered");
  const undelivered = createFailureQueue(queueName, { tags, rules }, opts);
  const description =
    "EventBridge could not call a function: each message in the queue is an event.";
  const alarm = createFailureAlarm(
    queueName,
    undelivered,
    { description, alarmActions, tags },
    opts,
  );
  return { deployments, pushes, undelivered, alarm };
}

/** Lets exactly these rules call a function; events that do not reach it go to the queue. */
export function connectRules(
  name: string,
  rules: readonly aws.cloudwatch.EventRule[],
  to: { readonly target: CallbackFunction<never, unknown>; readonly undelivered: aws.sqs.Queue },
  opts: pulumi.CustomResourceOptions,
): void {
  rules.forEach((rule, index) => {
    const ruleName = numbered(name, index);
    const permission = new aws.lambda.Permission(
      ruleName,
      {
        action: "lambda:InvokeFunction",
        function: to.target.name,
        principal: "events.amazonaws.com",
        sourceArn: rule.arn,
      },
      opts,
    );
    new aws.cloudwatch.EventTarget(
      childName(ruleName, "target"),
      { rule: rule.name, arn: to.target.arn, deadLetterConfig: { arn: to.undelivered.arn } },
      { ...opts, dependsOn: [permission] },
    );
  });
}

/** `redeploy-ecr`, `redeploy-ecr-2`: a further rule does not rename the others. */
function numbered(name: string, index: number): string {
  return index === 0 ? name : childName(name, String(index + 1));
}
