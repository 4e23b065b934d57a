import { isSame, type GatedRelease, type Release } from "../history/history";
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

/** The release that an update has moved a stage to, and the resources of the stage. */
export interface StagePlace extends Pointers, Release {
  readonly variables: Variables;
}

/** The state of the stage as a judge found it or left it: only that state is moved back. */
export interface Placed {
  readonly revisionId: string | undefined;
}

/**
 * Moves the stage to the release that the update expects there. After an apiGate has moved it back, a Pulumi engine
 * that does not refresh would not move it again, and the checks would judge the release before. The alias moves first,
 * as in an update.
 *
 * @param passed the release that the stage was moved back to, if it was.
 */
export async function placeStage(
  clients: ReleaseClients,
  to: StagePlace,
  passed: GatedRelease | undefined,
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

/** Checks whether the stage serves another release by now. */
export async function isMoved(clients: ReleaseClients, from: StagePlace): Promise<boolean> {
  const { release, variables } = await readRelease(clients, from);
  return !isSame(release, from) || variableChanges(variables, from.variables).length > 0;
}

/**
 * Moves back to the last release that passed, in the opposite order: new code knows old routes. Returns what happened,
 * and never throws: an error of moving back must not hide why the release failed.
 */
export async function putBackStage(
  clients: ReleaseClients,
  from: StagePlace,
  { revisionId }: Placed,
  passed: GatedRelease | undefined,
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

const VARIABLES_STAY =
  " Its stage variables are unchanged: they were too long to record with the release.";
