import type { AliasConfiguration } from "@aws-sdk/client-lambda";
import { isSame, type Move, type Release, rollbackTarget } from "../../callbacks/stagedApi/history";
import { prune } from "../../callbacks/stagedApi/prune";
import { readRelease, setDeployment, updateAlias } from "../../callbacks/stagedApi/releases";
import { CommandError } from "./commandError";
import { journalText, parseJournal, settledText } from "./journal";
import {
  type Clients,
  type DeployedApi,
  forgetMove,
  missingPart,
  noteMove,
  pointersOf,
  readHistory,
  readVerdicts,
} from "./stagedApis";

/** A move that was begun so long ago that whoever began it is gone. */
const ABANDONED_MS = 5 * 60_000;

/** What a command would do, and the alias as it was when that was decided. */
export interface Plan {
  readonly move: Move;
  readonly alias: AliasConfiguration;
  /** A move that somebody began and did not end: it is completed. */
  readonly resumed: boolean;
}

/**
 * Decides what a command has to do; undefined when prod already is there.
 *
 * @throws CommandError when it must not be done.
 */
export async function planMove(
  clients: Clients,
  api: DeployedApi,
  action: Move["action"],
  now: Date,
): Promise<Plan | undefined> {
  const { release: from, alias } = await readRelease(clients, pointersOf(api, "prod"));
  const begun = parseJournal(alias.Description);
  if (begun) return { move: resume(begun, api, now), alias, resumed: true };
  const to =
    action === "promote" ? await promoted(clients, api) : await previous(clients, api, from);
  if (isSame(from, to)) return undefined;
  return { move: { action, from, to, at: now.toISOString() }, alias, resumed: false };
}

/**
 * Moves prod: the alias first and then the deployment, back again the other way round, so that new code meets old
 * routes but never old code new ones. When a part fails the other is undone.
 *
 * @throws CommandError when somebody else has moved prod since it was planned.
 */
export async function moveProd(clients: Clients, api: DeployedApi, plan: Plan): Promise<void> {
  const { move, alias } = plan;
  const prod = pointersOf(api, "prod");
  const { version } = move.to;
  const isPromotion = move.action === "promote";
  const begun = await orConflict(api, () =>
    updateAlias(clients, prod, {
      revisionId: alias.RevisionId,
      description: journalText(move),
      ...(isPromotion ? { version } : {}),
    }),
  );
  try {
    await setDeployment(clients, prod, move.to.deploymentId);
    await noteMove(clients, api, move);
    await orConflict(api, () =>
      updateAlias(clients, prod, {
        revisionId: begun.RevisionId,
        description: settledText(move),
        version,
      }),
    );
  } catch (error) {
    throw await undone(clients, api, plan, begun, error);
  }
}

/** Deletes versions and deployments that nothing needs any more. */
export async function pruneAfter(
  clients: Clients,
  api: DeployedApi,
  { move }: Plan,
): Promise<string[]> {
  const { versions, deployments } = await prune(clients, api, [move.from, move.to]);
  return [
    ...versions.map((version) => `version ${version}`),
    ...deployments.map((id) => `deployment ${id}`),
  ];
}

/** What `stage` serves, which must have passed its checks. */
async function promoted(clients: Clients, api: DeployedApi): Promise<Release> {
  const { release } = await readRelease(clients, pointersOf(api, "stage"));
  const { passed, failed } = await readVerdicts(clients, api);
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

async function previous(clients: Clients, api: DeployedApi, now: Release): Promise<Release> {
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

function resume(begun: Move, { name }: DeployedApi, now: Date): Move {
  const age = now.getTime() - Date.parse(begun.at);
  if (age >= ABANDONED_MS) return begun;
  throw new CommandError(
    `Somebody began a ${begun.action} of '${name}' ${Math.round(age / 1000)} seconds ago; ` +
      "nothing was changed. Try again when it has ended: after five minutes it counts as abandoned.",
  );
}

async function orConflict<T>({ name }: DeployedApi, change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "PreconditionFailedException") throw error;
    throw new CommandError(
      `Somebody else moved prod of '${name}' at the same time; nothing was changed. Look, and try again.`,
    );
  }
}

/** Puts prod back where it was; the error says whether that worked. */
async function undone(
  clients: Clients,
  api: DeployedApi,
  { move, alias }: Plan,
  begun: AliasConfiguration,
  reason: unknown,
): Promise<CommandError> {
  const why = reason instanceof Error ? reason.message : String(reason);
  const prod = pointersOf(api, "prod");
  try {
    await setDeployment(clients, prod, move.from.deploymentId);
    await updateAlias(clients, prod, {
      revisionId: begun.RevisionId,
      description: alias.Description ?? "",
      version: move.from.version,
    });
    await forgetMove(clients, api, move);
    return new CommandError(`The ${move.action} failed and prod is as it was: ${why}`);
  } catch (error) {
    const also = error instanceof Error ? error.message : String(error);
    return new CommandError(
      `The ${move.action} failed (${why}), and so did undoing it (${also}). ` +
        "Run the command again: after five minutes it completes what was begun.",
    );
  }
}
