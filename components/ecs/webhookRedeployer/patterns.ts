import type * as pulumi from "@pulumi/pulumi";
import { ecrRegistry } from "../../../callbacks/ecs/webhookRedeployer/images/ecrRegistry";
import { parseRepository } from "../../../callbacks/ecs/webhookRedeployer/images/imageReference";
import { type ArnPrefixes, inClusters } from "./statements";

/** Characters of an event pattern: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAX_PATTERN = 2048;
/** Characters of a cluster's name: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html */
const MAX_CLUSTER = 255;
/** Characters of `{"prefix":"arn:aws:ecs:<region>:<account>:service/<cluster>/"},` without the name, in any region. */
const AROUND_CLUSTER = 100;

type Clusters = readonly pulumi.Input<string>[];

/**
 * Patterns for ended deployments of services in these clusters, or in all; one for each rule that is needed.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
 */
export function deploymentPatterns(clusters: Clusters | undefined, arns: ArnPrefixes): object[] {
  const patternOf = (some: Clusters | undefined): object => ({
    source: ["aws.ecs"],
    "detail-type": ["ECS Deployment State Change"],
    // The part before the first wildcard: for all clusters, the common prefix of every service's ARN.
    resources: inClusters({ clusters: some }, "service", arns).map((arn) => ({
      prefix: arn.apply((pattern) => pattern.split("*")[0]),
    })),
    detail: { eventName: ["SERVICE_DEPLOYMENT_COMPLETED", "SERVICE_DEPLOYMENT_FAILED"] },
  });
  if (clusters === undefined) return [patternOf(undefined)];
  // The number of rules must not depend on a name that is known only at the update.
  const lengthOf = (name: pulumi.Input<string>): number =>
    AROUND_CLUSTER + (typeof name === "string" ? name.length : MAX_CLUSTER);
  return portions(clusters, lengthOf, MAX_PATTERN - lengthOfEmpty(patternOf([]))).map(patternOf);
}

/** Patterns for pushes of a tag to those repositories that are in ECR; one for each rule that is needed. */
export function ecrPushPatterns(repositories: readonly string[]): object[] {
  const patternOf = (names: readonly string[]): object => ({
    source: ["aws.ecr"],
    "detail-type": ["ECR Image Action"],
    detail: { "action-type": ["PUSH"], result: ["SUCCESS"], "repository-name": names },
  });
  const lengthOf = (name: string): number => `"${name}",`.length;
  // The event names the repository only, so the same name in two registries is listed once.
  const names = [...new Set(ecrRepositories(repositories))];
  return portions(names, lengthOf, MAX_PATTERN - lengthOfEmpty(patternOf([]))).map(patternOf);
}

/** Returns the names, without their registries, of those repositories that are in ECR. */
export function ecrRepositories(repositories: readonly string[]): string[] {
  return repositories
    .map((repository) => parseRepository(repository) ?? "")
    .filter((repository) => ecrRegistry(repository.replace(/\/.*/s, "")) !== undefined)
    .map((repository) => repository.slice(repository.indexOf("/") + 1));
}

function lengthOfEmpty(pattern: object): number {
  return JSON.stringify(pattern).length;
}

/** Splits the values, in order, into as few portions as their lengths allow. */
function portions<T>(values: readonly T[], lengthOf: (value: T) => number, room: number): T[][] {
  const made: T[][] = [];
  let portion: T[] = [];
  let left = 0;
  for (const value of values) {
    const length = lengthOf(value);
    if (made.length === 0 || length > left) {
      made.push((portion = []));
      left = room;
    }
    portion.push(value);
    left -= length;
  }
  return made;
}
