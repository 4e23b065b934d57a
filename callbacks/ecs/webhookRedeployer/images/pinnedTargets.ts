import {
  type EventBridgeClient,
  ListRuleNamesByTargetCommand,
  ListTargetsByRuleCommand,
  type Target,
} from "@aws-sdk/client-eventbridge";
import { reasonOf, type Retry, retrying } from "../../../retry";
import { parseTaskDefinitionArn } from "../rollout/taskDefinition";

export const deploymentOnlyModule = true;

/** A target of an EventBridge rule that keeps starting one fixed revision of a family, whatever is deployed. */
export interface PinnedTarget {
  /** Name of the rule on the default event bus: schedules and AWS's own events use that bus. */
  readonly rule: string;
  /** Id of the target in the rule. */
  readonly target: string;
  readonly revision: number;
}

/** Pinned targets by family. */
export type PinnedTargets = Readonly<Record<string, readonly PinnedTarget[]>>;

/** Milliseconds by which this report may delay the work that it describes. */
const LONGEST_REPORT_MS = 10_000;
/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRuleNamesByTarget.html */
const PAGE = 100;

/**
 * Lists the targets with a fixed revision, of the rules that start tasks in these clusters: one call for each cluster
 * and one for each of its rules. This is only a report: when EventBridge does not answer, the error is logged and
 * ignored.
 *
 * @param clusters ARNs: an ECS target is the cluster, the task definition is a parameter of it
 * (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_EcsParameters.html).
 */
export async function listPinnedTargets(
  eventbridge: EventBridgeClient,
  clusters: readonly string[],
  { deps, until }: Retry,
): Promise<PinnedTargets> {
  const retry = { deps, until: Math.min(until, deps.now() + LONGEST_REPORT_MS) };
  try {
    const rules = new Set<string>();
    for (const cluster of clusters)
      for (const rule of await rulesOf(eventbridge, cluster, retry)) rules.add(rule);
    const found: Record<string, PinnedTarget[]> = {};
    for (const rule of rules)
      for (const target of await targetsOf(eventbridge, rule, retry)) {
        if (!clusters.includes(target.Arn ?? "")) continue;
        const pinned = parseTaskDefinitionArn(target.EcsParameters?.TaskDefinitionArn ?? "");
        // Without a revision the latest one is started:
        // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
        if (!pinned) continue;
        const { family, revision } = pinned;
        (found[family] ??= []).push({ rule, target: target.Id ?? "", revision });
      }
    return found;
  } catch (error) {
    console.warn("targets that are bound to a revision are not known", {
      reason: reasonOf(error),
    });
    return {};
  }
}

async function rulesOf(
  eventbridge: EventBridgeClient,
  TargetArn: string,
  retry: Retry,
): Promise<string[]> {
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const input = { TargetArn, NextToken, Limit: PAGE };
    const page = await retrying(retry, () =>
      eventbridge.send(new ListRuleNamesByTargetCommand(input)),
    );
    names.push(...(page.RuleNames ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return names;
}

async function targetsOf(
  eventbridge: EventBridgeClient,
  Rule: string,
  retry: Retry,
): Promise<Target[]> {
  const targets: Target[] = [];
  let NextToken: string | undefined;
  do {
    const input = { Rule, NextToken, Limit: PAGE };
    const page = await retrying(retry, () => eventbridge.send(new ListTargetsByRuleCommand(input)));
    targets.push(...(page.Targets ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return targets;
}
