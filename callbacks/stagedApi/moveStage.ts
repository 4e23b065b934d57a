import { isSame, type Release } from "./history";
import {
  type Pointers,
  readRelease,
  type ReleaseClients,
  setDeployment,
  updateAlias,
} from "./releases";

export const deploymentOnlyModule = true;

/** The stage as a judge found it or made it: only that is put back. */
export interface Placed {
  readonly revisionId: string | undefined;
}

/**
 * Puts the stage where the update believes it is: after an apiGate has put it back, an engine that does not refresh
 * would not move it again, and the checks would judge the release before. The alias goes first, as in an update.
 */
export async function placeStage(
  clients: ReleaseClients,
  at: Pointers,
  to: Release,
): Promise<Placed> {
  const { release, alias } = await readRelease(clients, at);
  const placed =
    release.version === to.version
      ? alias
      : await updateAlias(clients, at, { revisionId: alias.RevisionId, version: to.version });
  if (release.deploymentId !== to.deploymentId) await setDeployment(clients, at, to.deploymentId);
  return { revisionId: placed.RevisionId };
}

/** Whether the stage serves something else by now. */
export async function isMoved(
  clients: ReleaseClients,
  at: Pointers,
  from: Release,
): Promise<boolean> {
  const { release } = await readRelease(clients, at);
  return !isSame(release, from);
}

/**
 * Returns to the last release that passed, in the opposite order: new code knows old routes. Says what came of it,
 * and never throws: why the release failed must not be hidden by why it could not be taken back.
 */
export async function putBackStage(
  clients: ReleaseClients,
  at: Pointers & Release,
  { revisionId }: Placed,
  passed: Release | undefined,
): Promise<string> {
  if (!passed || isSame(passed, at)) return "There is no release before it to return to.";
  const { version, deploymentId } = passed;
  const back = `version ${version}, deployment ${deploymentId}`;
  try {
    if (deploymentId !== at.deploymentId) await setDeployment(clients, at, deploymentId);
    if (version !== at.version) await updateAlias(clients, at, { revisionId, version });
    return `${at.stageName} is back at ${back}.`;
  } catch (error) {
    const { name, message } = error as Error;
    return `${at.stageName} could not be moved back to ${back}: ${name}: ${message}`;
  }
}
