import { type AcceptConfig, ignoredBecause } from "../push/accept";
import type { Push } from "../push/delivery";
import { describeLatest } from "../rollout/family";
import { isTag, parseRepository } from "../images/imageReference";
import { type FamilyPlan, planFamily } from "./plan";
import { findFamilies, type PlannerClients, type PlannerConfig } from "./planner";
import type { Retry } from "../../../retry";

export const deploymentOnlyModule = true;

/** Event that asks what a push would do, without doing it; invoke the function with it. */
export interface DryRun {
  readonly dryRun: { readonly repository: string; readonly tag: string };
}

/** Which pushes are accepted at all. */
export type PushFilter = Pick<AcceptConfig, "repositories" | "tags">;

/** The answer for a push that would be ignored, and why: its repository or its tag. */
export interface IgnoredPush {
  readonly ignored: string;
}

/**
 * Returns what would happen to each family and service if this tag were pushed now.
 *
 * @throws Error that names the invalid field.
 */
export async function dryRun(
  event: DryRun,
  config: PlannerConfig & PushFilter,
  { clients, retry }: { readonly clients: PlannerClients; readonly retry: Retry },
): Promise<FamilyPlan[] | IgnoredPush> {
  const push = pushOf(event.dryRun);
  const ignored = ignoredBecause(push, config);
  if (ignored !== undefined) return { ignored };
  const change = { ...push, acceptedAt: retry.deps.now() };
  const plans: FamilyPlan[] = [];
  for (const { family, services, pinnedTargets } of await findFamilies(config, clients, retry)) {
    const latest = await describeLatest(clients.ecs, family, retry);
    const plan = latest?.taskDefinition
      ? planFamily(latest.taskDefinition, services, change, pinnedTargets)
      : missing(family);
    if (plan.containers.length > 0 || !latest?.taskDefinition) plans.push(plan);
  }
  return plans;
}

/** Validated, because people write it. */
function pushOf(asked: {
  readonly repository?: unknown;
  readonly tag?: unknown;
}): Pick<Push, "repository" | "tag"> {
  const { repository, tag } = asked;
  const canonical = typeof repository === "string" ? parseRepository(repository) : undefined;
  if (canonical === undefined) {
    throw wrong("repository", repository, "the name of a repository, such as acme/web");
  }
  if (typeof tag !== "string" || !isTag(tag)) throw wrong("tag", tag, "a tag, such as 1.1");
  return { repository: canonical, tag };
}

function wrong(field: string, given: unknown, allowed: string): Error {
  return new Error(`dryRun.${field}: given ${JSON.stringify(given)}; allowed is ${allowed}.`);
}

/** Returns the plan for a family of the program that has no revision yet. */
function missing(family: string): FamilyPlan {
  return { family, action: "none", reason: "no such family", containers: [], services: [] };
}
