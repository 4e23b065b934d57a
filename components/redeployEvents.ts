import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { parseRepository } from "../callbacks/redeploy/imageReference";
import type { CallbackFunction } from "./callbackFunction";
import { childName } from "./names";

/** A rule on the default bus that calls a function, and the permission for exactly this rule. */
export function createEventRule(
  name: string,
  rule: {
    readonly description: string;
    readonly pattern: pulumi.Input<object>;
    readonly target: CallbackFunction<never, unknown>;
    readonly tags?: Record<string, pulumi.Input<string>>;
  },
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.EventRule {
  const eventRule = new aws.cloudwatch.EventRule(
    name,
    {
      description: rule.description,
      eventPattern: pulumi.jsonStringify(rule.pattern),
      tags: rule.tags,
    },
    opts,
  );
  const permission = new aws.lambda.Permission(
    name,
    {
      action: "lambda:InvokeFunction",
      function: rule.target.name,
      principal: "events.amazonaws.com",
      sourceArn: eventRule.arn,
    },
    opts,
  );
  new aws.cloudwatch.EventTarget(
    childName(name, "target"),
    { rule: eventRule.name, arn: rule.target.arn },
    { ...opts, dependsOn: [permission] },
  );
  return eventRule;
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
  const names = repositories
    .map((repository) => parseRepository(repository) ?? "")
    .filter((repository) =>
      /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\//.test(repository),
    )
    .map((repository) => repository.slice(repository.indexOf("/") + 1));
  return {
    source: ["aws.ecr"],
    "detail-type": ["ECR Image Action"],
    detail: { "action-type": ["PUSH"], result: ["SUCCESS"], "repository-name": names },
  };
}
