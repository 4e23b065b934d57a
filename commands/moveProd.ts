import { randomUUID } from "node:crypto";
import type { AliasConfiguration } from "@aws-sdk/client-lambda";
import { canaryOf } from "../callbacks/api/stagedApi/canary/canary";
import { readKept } from "../callbacks/api/stagedApi/releases/kept";
import {
  isSame,
  type Move,
  type Release,
  rollbackTarget,
} from "../callbacks/api/stagedApi/history/history";
import {
  journalSince,
  journalText,
  parseJournal,
  finishedMoveText,
} from "../callbacks/api/stagedApi/history/journal";
import { prune } from "../callbacks/api/stagedApi/releases/prune";
import {
  readRelease,
  setDeployment,
  updateAlias,
} from "../callbacks/api/stagedApi/releases/releases";
import { CommandError } from "./commandError";
import { changeProdAlias, refuseForeignWeights } from "./prodAlias";
import {
  type Clients,
  type DeployedApi,
  forgetMove,
  missingPart,
  noteEntry,
  parametersOf,
  pointersOf,
  readHistory,
  readGateResults,
} from "./stagedApis";

/** Age after which an unfinished move counts as abandoned. */
const ABANDONED_MS = 5 * 60_000;

/** A planned move, and the alias that the plan is based on. */
export interface Plan {
  readonly move: Move;
  readonly alias: AliasConfiguration;
  /** Whether it completes an abandoned move. */
  readonly resumed: boolean;
}

/**
 * Plans what a command has to do; undefined if prod already serves that release.
 *
 * @throws CommandError if it must not be done.
 */
export async function planMove(
  clients: Clients,
  api: DeployedApi,
  action: Move["action"],
  now: Date,
): Promise<Plan | undefined> {
  const { release: from, alias } = await readRelease(clients, pointersOf(api, "prod"));
  const begun = abandonedMove(alias, api, now);
  if (begun) return { move: begun, alias, resumed: true };
  const canary = canaryOf(alias);
  if (canary)
    throw new CommandError(
      `A canary of '${api.name}' gives version ${canary.to.version} ${canary.percent} % of prod: finish it by ` +
        `'promote ${api.name} --finish', or take it back by 'promote ${api.name} --abort'.`,
    );
  // A rollback removes such a weight anyway.
  if (action === "promote") refuseForeignWeights(api, alias);
  const to =
    action === "promote"
      ? await releaseToPromote(clients, api)
      : await releaseToRestore(clients, api, from);
  if (isSame(from, to)) return undefined;
  return { move: { action, from, to, at: now.toISOString() }, alias, resumed: false };
}

/**
 * Plans to move all of prod to the release of a canary, whatever `stage` serves now.
 *
 * @throws CommandError if there is no canary, or its release must not be promoted.
 */
export async function planFinish(clients: Clients, api: DeployedApi, now: Date): Promise<Plan> {
  const { release: from, alias } = await readRelease(clients, pointersOf(api, "prod"));
  const begun = abandonedMove(alias, api, now);
  if (begun) return { move: begun, alias, resumed: true };
  const canary = canaryOf(alias);
  if (!canary)
    throw new CommandError(`No canary of '${api.name}' is under way: there is nothing to finish.`);
  const { to, percent } = canary;
  const { failed } = await readGateResults(clients, api);
  if (failed && isSame(failed, to))
    throw new CommandError(
      `'${api.name}' is not promoted: version ${to.version} has failed on stage since (${failed.reason}).`,
    );
  const missing = await missingPart(clients, api, to);
  if (missing !== undefined)
    throw new CommandError(`'${api.name}' is not promoted: ${missing} does not exist any more.`);
  const move: Move = { action: "promote", from, to, at: now.toISOString(), canary: percent };
  return { move, alias, resumed: false };
}

/**
 * Moves prod: a promotion moves the alias first and then the deployment, a rollback the other way round, so that new
 * code may meet old routes but old code never meets new ones. The move is in the history before the deployment moves,
 * so that nobody deletes the release. If a step fails, the others are undone.
 *
 * @throws CommandError if somebody else has changed prod since the plan was made.
 */
export async function moveProd(
  clients: Clients,
  api: DeployedApi,
  plan: Plan,
  now: Date,
): Promise<void> {
  const { move, alias } = plan;
  const attempt = { by: randomUUID().slice(0, 8), since: now.toISOString() };
  const prod = pointersOf(api, "prod");
  const { version } = move.to;
  const isPromotion = move.action === "promote";
  const begun = await changeProdAlias(clients, api, {
    revisionId: alias.RevisionId,
    description: journalText(move, attempt),
    ...(isPromotion ? { version } : {}),
  });
  try {
    await noteEntry(clients, api, move);
    await setDeployment(clients, prod, move.to.deploymentId);
    await changeProdAlias(clients, api, {
      revisionId: begun.RevisionId,
      description: finishedMoveText(move),
      version,
    });
  } catch (error) {
    throw await undoMove(clients, api, plan, begun, error);
  }
}

/** Deletes versions and deployments that are no longer needed. */
export async function pruneAfter(
  clients: Clients,
  api: DeployedApi,
  { move }: Plan,
): Promise<string[]> {
  const kept = await readKept(clients.ssm, parametersOf(api));
  const needed = [...kept.needed, move.from, move.to];
  const { versions, deployments } = await prune(clients, api, { ...kept, needed });
  return [
    ...versions.map((version) => `version ${version}`),
    ...deployments.map((id) => `deployment ${id}`),
  ];
}

/**
 * Returns the release that `stage` serves, which must have passed its checks.
 *
 * @throws CommandError if it has not.
 */
export async function releaseToPromote(clients: Clients, api: DeployedApi): Promise<Release> {
  const { release } = await readRelease(clients, pointersOf(api, "stage"));
  const { passed, failed } = await readGateResults(clients, api);
  if (failed)
    throw new CommandError(
      `'${api.name}' is not promoted: version ${failed.version} failed on stage (${failed.reason}). ` +
        "Run an update that passes first.",
    );
  if (passed && isSame(passed, release)) return release;
  throw new CommandError(
    `'${api.name}' is not promoted: stage serves version ${release.version} and deployment ` +
      `${release.deploymentId}, which have not passed its checks. Run the update again.`,
  );
}

async function releaseToRestore(
  clients: Clients,
  api: DeployedApi,
  now: Release,
): Promise<Release> {
  const target = rollbackTarget(await readHistory(clients, api), now);
  if (!target)
    throw new CommandError(
      `'${api.name}' is not rolled back: its history has no promotion to version ${now.version} ` +
        `and deployment ${now.deploymentId}, which prod serves.`,
    );
  const missing = await missingPart(clients, api, target);
  if (missing === undefined) return target;
  throw new CommandError(`'${api.name}' is not rolled back: ${missing} does not exist any more.`);
}

/**
 * Returns the move that was started but not finished; undefined if there is none.
 *
 * @throws CommandError if it was started, or resumed, only recently.
 */
function abandonedMove(
  { Description }: AliasConfiguration,
  { name }: DeployedApi,
  now: Date,
): Move | undefined {
  const begun = parseJournal(Description);
  if (!begun) return undefined;
  const age = now.getTime() - Date.parse(journalSince(Description));
  if (age >= ABANDONED_MS) return begun;
  throw new CommandError(
    `Somebody began a ${begun.action} of '${name}' ${Math.round(age / 1000)} seconds ago; ` +
      "nothing was changed. Try again when it has ended: after five minutes it counts as abandoned.",
  );
}

/** Restores the previous state of prod; the returned error says whether that worked. */
async function undoMove(
  clients: Clients,
  api: DeployedApi,
  { move, alias, resumed }: Plan,
  begun: AliasConfiguration,
  reason: unknown,
): Promise<CommandError> {
  const why = reason instanceof Error ? reason.message : String(reason);
  const prod = pointersOf(api, "prod");
  try {
    const { alias: current } = await readRelease(clients, prod);
    if (current.RevisionId !== begun.RevisionId)
      return new CommandError(
        `The ${move.action} failed (${why}), and somebody else has changed prod of '${api.name}' since: ` +
          "it was left unchanged. Check prod, then try again.",
      );
    await setDeployment(clients, prod, move.from.deploymentId);
    await updateAlias(clients, prod, {
      revisionId: begun.RevisionId,
      // An abandoned move is cleared as well: otherwise each command would try again to complete it.
      description: resumed ? "" : (alias.Description ?? ""),
      version: move.from.version,
      // A canary that was to be finished continues.
      weights: alias.RoutingConfig?.AdditionalVersionWeights,
    });
    await forgetMove(clients, api, move);
    return new CommandError(`The ${move.action} failed and prod is as it was: ${why}`);
  } catch (error) {
    const also = error instanceof Error ? error.message : String(error);
    return new CommandError(
      `The ${move.action} failed (${why}), and it could not be undone (${also}). ` +
        "Run the command again: after five minutes it completes the unfinished one.",
    );
  }
}
