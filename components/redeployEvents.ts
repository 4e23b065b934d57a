import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { parseRepository } from "../callbacks/redeploy/imageReference";
import type { CallbackFunction } from "./callbackFunction";
import { createFailureAlarm, createFailureQueue } from "./failureQueue";
import { childName } from "./names";
import type { WebhookRedeployerArgs } from "./webhookRedeployerArgs";

/** The rules of a redeployer, and what keeps the events that EventBridge could not hand over. */
export interface RedeployEvents {
  /** Ends of deployments. */
  readonly deployments: aws.cloudwatch.EventRule;
  /** Pushes to ECR; undefined without this sender. */
  readonly pushes: aws.cloudwatch.EventRule | undefined;
  readonly undelivered: aws.sqs.Queue;
  readonly alarm: aws.cloudwatch.MetricAlarm;
}

/** Creates both rules on the default bus, where the events of AWS are, with one failure queue and its alarm. */
export function createRedeployEvents(
  name: string,
  patterns: { readonly deployments: object; readonly pushes: object | undefined },
  { alarmActions, tags }: Pick<WebhookRedeployerArgs, "alarmActions" | "tags">,
  opts: pulumi.CustomResourceOptions,
): RedeployEvents {
  const createRule = (
    suffix: string,
    description: string,
    pattern: object,
  ): aws.cloudwatch.EventRule =>
    new aws.cloudwatch.EventRule(
      childName(name, suffix),
      { description, eventPattern: pulumi.jsonStringify(pattern), tags },
      opts,
    );
  const deployments = createRule(
    "deployments",
    "Ends of deployments of the services that are redeployed.",
    patterns.deployments,
  );
  const pushes =
    patterns.pushes &&
    createRule("ecr", "Pushes to repositories in ECR that redeploy.", patterns.pushes);
  const rules = [deployments, ...(pushes ? [pushes] : [])];
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

/** Lets exactly this rule call a function; what does not reach it goes to the queue. */
export function connectRule(
  name: string,
  rule: aws.cloudwatch.EventRule,
  to: { readonly target: CallbackFunction<never, unknown>; readonly undelivered: aws.sqs.Queue },
  opts: pulumi.CustomResourceOptions,
): void {
  const permission = new aws.lambda.Permission(
    name,
    {
      action: "lambda:InvokeFunction",
      function: to.target.name,
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    },
    opts,
  );
  new aws.cloudwatch.EventTarget(
    childName(name, "target"),
    { rule: rule.name, arn: to.target.arn, deadLetterConfig: { arn: to.undelivered.arn } },
    { ...opts, dependsOn: [permission] },
  );
}

/**
 * Ends of deployments of services in these clusters.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
 *
 * @param services ARN patterns that end in `*`.
 */
export function deploymentPattern(services: readonly pulumi.Output<string>[]): object {
  return {
    source: ["aws.ecs"],
    "detail-type": ["ECS Deployment State Change"],
    // What comes before the first wildcard: for all clusters, what the ARN of every service begins with.
    resources: services.map((arn) => ({ prefix: arn.apply((pattern) => pattern.split("*")[0]) })),
    detail: { eventName: ["SERVICE_DEPLOYMENT_COMPLETED", "SERVICE_DEPLOYMENT_FAILED"] },
  };
}

/** Pushes of a tag to those of the repositories that are in ECR. */
export function ecrPushPattern(repositories: readonly string[]): object {
  const names = ecrRepositories(repositories);
  return {
    source: ["aws.ecr"],
    "detail-type": ["ECR Image Action"],
    detail: { "action-type": ["PUSH"], result: ["SUCCESS"], "repository-name": names },
  };
}

/** Names in their registries of those repositories that are in ECR. */
export function ecrRepositories(repositories: readonly string[]): string[] {
  return repositories
    .map((repository) => parseRepository(repository) ?? "")
    .filter((repository) =>
      /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\//.test(repository),
    )
    .map((repository) => repository.slice(repository.indexOf("/") + 1));
}
