import type { ECSClient } from "@aws-sdk/client-ecs";
import { beginMove, type FamilyRecord, noteService, type Records } from "./familyRecord";
import { recordResult, recordSuperseded } from "./familyResult";
import { finish } from "./finish";
import { type MovedService, moveServices } from "./moveServices";
import { type FamilyPlan, planFamily, type ServicePlan, type ServiceState } from "../plan/plan";
import type { FamilyMessage, PlannerClients } from "../plan/planner";
import type { Pins } from "./pins";
import { prune } from "./prune";
import { isTransient, reasonOf, type Retry, retrying } from "../../../retry";
import { keepRolling } from "./rolling";
import { describeServices } from "./services";
import { nextRevision, parseTaskDefinitionArn } from "./taskDefinition";
import {
  type DescribedTaskDefinition,
  describeTaskDefinition,
  registerTaskDefinition,
} from "./wireTaskDefinition";

export const deploymentOnlyModule = true;

/** Settings for moving a family. */
export interface FamilyConfig {
  readonly tableName: string;
  /** How many of the newest revisions stay ACTIVE; undefined keeps all. */
  readonly keepRevisions?: number;
  /** Stops the old tasks after UpdateService instead of waiting for room for the new ones. */
  readonly stopTasks: boolean;
}

export interface FamilyContext {
  readonly config: FamilyConfig;
  readonly clients: PlannerClients;
  readonly pins: Pins;
  readonly retry: Retry;
}

/** Milliseconds for which the services are trusted to be as the plan saw them. */
const PLAN_LIFE = 120_000;
const MAX_ATTEMPTS = 3;

/**
 * Moves one family and all its services to the tag of a delivery. Each attempt reads the present state and does only
 * what is missing, so that a retry after any failure does not register a second revision.
 */
export async function moveFamily(
  message: FamilyMessage,
  receiveCount: number,
  context: FamilyContext,
): Promise<void> {
  const { deps, until } = context.retry;
  const age = deps.now() - message.plannedAt;
  let services = receiveCount === 1 && age < PLAN_LIFE ? message.services : undefined;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await converge(message, services, context);
    } catch (error) {
      // The answer was lost: the next attempt reads whether the call had its effect.
      if (!isTransient(error) || attempt === MAX_ATTEMPTS || deps.now() > until) throw error;
      await deps.sleep(1000);
      services = undefined;
    }
  }
}

async function converge(
  message: FamilyMessage,
  known: readonly ServiceState[] | undefined,
  context: FamilyContext,
): Promise<void> {
  const { config, clients, retry } = context;
  const { family, delivery } = message;
  const records = { dynamodb: clients.dynamodb, tableName: config.tableName };
  const at = { deliveryId: delivery.deliveryId, family, now: retry.deps.now() };
  const latest = await describeLatest(clients.ecs, family, retry);
  if (!latest?.taskDefinition) {
    return recordResult(records, at, { state: "unchanged", detail: { reason: "no such family" } });
  }
  const services = known ?? (await describeAnew(clients.ecs, message.services, retry));
  const plan = planFamily(latest.taskDefinition, services, delivery, message.pinnedTargets);
  if (plan.action === "none") {
    return recordResult(records, at, { state: "unchanged", detail: detailOf(plan, []) });
  }
  const begun = await beginMove(records, delivery, moveOf(plan));
  if (begun.is === "overtaken") await recordSuperseded(records, at);
  if (begun.is === "overtaken" || begun.is === "over") {
    console.log("nothing to do", { deliveryId: delivery.deliveryId, family });
    return;
  }
  // Another message has begun: this message's view of the services may be older than that.
  if (begun.is === "repeated" && known) return converge(message, undefined, context);
  const move = begun.record;
  if (move.replaced !== undefined) {
    await recordSuperseded(records, { ...at, deliveryId: move.replaced });
  }
  const rolling = { records, pins: context.pins, retry };
  // Before there is a revision: an update of the program that finds it must not put the old image back.
  await keepRolling(move, rolling);
  const revision =
    plan.action === "register"
      ? await register(clients.ecs, latest, plan, retry)
      : (latest.taskDefinition.taskDefinitionArn ?? "");
  const restart = { revision, stopTasks: config.stopTasks, reason: `redeploy ${at.deliveryId}` };
  const moved = await moveServices(clients.ecs, plan.services, restart, retry);
  await recordResult(records, at, { state: "moving", detail: detailOf(plan, moved, revision) });
  const noted = await noteCompleted(records, move, { plan, moved });
  if (noted.deliveryId === at.deliveryId) {
    await finish(noted, rolling);
  }
  console.log("moved", { deliveryId: at.deliveryId, family, revision, services: moved.length });
  await pruneOld(revision, plan, message, context);
}

/** Last, and its failure is ignored: leftover revisions do no harm, and a later push removes them. */
async function pruneOld(
  newest: string,
  { services }: FamilyPlan,
  { family, pinnedTargets = [] }: FamilyMessage,
  { config: { keepRevisions }, clients, retry }: FamilyContext,
): Promise<void> {
  if (keepRevisions === undefined) return;
  const started = services.map(({ state }) => parseTaskDefinitionArn(state.taskDefinition));
  const used = [...started, ...pinnedTargets].flatMap((one) => one?.revision ?? []);
  try {
    await prune(clients.ecs, { newest, keep: keepRevisions, used }, retry);
  } catch (error) {
    console.warn("not pruned", { family, reason: reasonOf(error) });
  }
}

/** Describes the latest revision with its tags; undefined when the family does not exist. */
export async function describeLatest(
  ecs: ECSClient,
  family: string,
  retry: Retry,
): Promise<DescribedTaskDefinition | undefined> {
  try {
    return await retrying(retry, () => describeTaskDefinition(ecs, family));
  } catch (error) {
    // ECS has no specific error for a family without an ACTIVE revision.
    const isMissing = error instanceof Error && /Unable to describe task def/.test(error.message);
    if (isMissing) return undefined;
    throw error;
  }
}

async function describeAnew(
  ecs: ECSClient,
  planned: readonly ServiceState[],
  retry: Retry,
): Promise<ServiceState[]> {
  const clusters = [...new Set(planned.map(({ cluster }) => cluster))];
  const found: ServiceState[] = [];
  for (const cluster of clusters) {
    const names = planned.filter((one) => one.cluster === cluster).map(({ service }) => service);
    found.push(...(await describeServices(ecs, cluster, names, retry)));
  }
  return found;
}

async function register(
  ecs: ECSClient,
  { taskDefinition = {}, tags = [] }: DescribedTaskDefinition,
  plan: FamilyPlan,
  retry: Retry,
): Promise<string> {
  const input = nextRevision(taskDefinition, tags, plan.containers);
  // RegisterTaskDefinition has no idempotency token: a second call would register a second revision.
  const once = { ...retry, repeatable: false };
  return retrying(once, () => registerTaskDefinition(ecs, input));
}

function moveOf({ family, containers, services }: FamilyPlan): {
  family: string;
  images: FamilyRecord["images"];
  services: FamilyRecord["services"];
} {
  const involved = services.filter(({ action }) => action !== "skip");
  return {
    family,
    images: Object.fromEntries(containers.map(({ container, to = "" }) => [container, to])),
    services: Object.fromEntries(
      involved.map((service) => [service.state.arn, isThrough(service) ? "completed" : "moving"]),
    ),
  };
}

/** Checks whether the service is already moved: then its event came earlier and no other will come. */
function isThrough({ action, state }: ServicePlan): boolean {
  // Behind a Classic Load Balancer a deployment has no rolloutState; it is over when it is the only one.
  const isOver = state.rolloutState ?? (state.oldDeployments.length === 0 ? "COMPLETED" : "");
  return action === "already" && isOver === "COMPLETED";
}

/** Records the services of which no further event will come: those that are completed, and those that were deleted. */
async function noteCompleted(
  records: Records,
  record: FamilyRecord,
  { plan, moved }: { readonly plan: FamilyPlan; readonly moved: readonly MovedService[] },
): Promise<FamilyRecord> {
  const through = plan.services.filter(isThrough).map(({ state }) => state.arn);
  const gone = moved.filter(({ outcome }) => outcome === "gone").map(({ service }) => service);
  let noted = record;
  for (const arn of [...through, ...gone]) {
    if (noted.services[arn] !== "moving") continue;
    noted = await noteService(records, noted, { arn, state: "completed" });
    if (noted.deliveryId !== record.deliveryId) break;
  }
  return noted;
}

function detailOf(plan: FamilyPlan, moved: readonly MovedService[], revision?: string): object {
  const { reason, containers, services, notMoved } = plan;
  const skipped = services
    .filter(({ action }) => action === "skip")
    .map(({ state, reason: why }) => ({ service: state.arn, outcome: "skipped", reason: why }));
  const isRegistered = plan.action === "register" && revision !== undefined;
  return {
    reason,
    revision,
    ...(isRegistered ? { isRegistered } : {}),
    containers,
    services: [...moved, ...skipped],
    notMoved,
  };
}
