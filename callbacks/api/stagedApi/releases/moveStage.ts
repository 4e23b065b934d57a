import { isSame, type JudgedRelease, type Release } from "../history/history";
import {
  deploymentChange,
  NO_VERSION,
  patchStage,
  type Pointers,
  readRelease,
  type ReleaseClients,
  updateAlias,
} from "./releases";
import { type Variables, variableChanges } from "../history/variables";

export const deploymentOnlyModule = true;

/** What an update has put on a stage, and where that is. */
export interface StagePlace extends Pointers, Release {
  readonly variables: Variables;
}

/** The stage as a judge found it or made it: only that is put back. */
export interface Placed {
  readonly revisionId: string | undefined;
}

/**
 * Puts the stage where the update believes it is: after an apiGate has put it back, an engine that does not refresh
 * would not move it again, and the checks would judge the release before. The alias goes first, as in an update.
 *
 * @param passed what the stage was put back to, if it was.
 */
export async function placeStage(
  clients: ReleaseClients,
  to: StagePlace,
  passed: JudgedRelease | undefined,
): Promise<Placed> {
  const { release, alias, variables } = await readRelease(clients, to);
  const placed =
    release.version === to.version
      ? alias
      : await updateAlias(clients, to, { revisionId: alias.RevisionId, version: to.version });
  const changes = variableChanges(variables, to.variables, passed?.variables);
  if (release.deploymentId !== to.deploymentId) changes.push(deploymentChange(to.deploymentId));
  if (changes.length > 0) await patchStage(clients, to, changes);
  return { revisionId: placed.RevisionId };
}

/** Whether the stage serves something else by now. */
export async function isMoved(clients: ReleaseClients, from: StagePlace): Promise<boolean> {
  const { release, variables } = await readRelease(clients, from);
  return !isSame(release, from) || variableChanges(variables, from.variables).length > 0;
}

/**
 * Returns to the last release that passed, in the opposite order: new code knows old routes. Says what came of it,
 * and never throws: why the release failed must not be hidden by why it could not be taken back.
 */
export async function putBackStage(
  clients: ReleaseClients,
  from: StagePlace,
  { revisionId }: Placed,
  passed: JudgedRelease | undefined,
): Promise<string> {
  const { version, deploymentId, variables = from.variables } = passed ?? from;
  const changes = variableChanges(from.variables, variables, from.variables);
  const back = [
    ...(version === NO_VERSION ? [] : [`version ${version},`]),
    `deployment ${deploymentId}`,
    ...(changes.length > 0 ? ["and its stage variables"] : []),
  ].join(" ");
  if (deploymentId !== from.deploymentId) changes.push(deploymentChange(deploymentId));
  if (version === from.version && changes.length === 0)
    return "There is no release before it to return to.";
  try {
    if (changes.length > 0) await patchStage(clients, from, changes);
    if (version !== from.version) await updateAlias(clients, from, { revisionId, version });
    return `${from.stageName} is back at ${back}.${passed?.variables ? "" : VARIABLES_STAY}`;
  } catch (error) {
    const { name, message } = error as Error;
    return `${from.stageName} could not be moved back to ${back}: ${name}: ${message}`;
  }
}

const VARIABLES_STAY = " Its stage variables stay: they had no room where releases are noted.";
