import { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { checkFailure, type Checks, runChecks } from "./checks";
import { isSame, lastPromotion, parseHistory, type Release, type Verdicts } from "./history";
import { prune, type Pruned } from "./prune";
import {
  type Pointers,
  readRelease,
  type ReleaseClients,
  setDeployment,
  updateAlias,
} from "./releases";

export const deploymentOnlyModule = true;

/** What an apiGate may do. */
export interface ApiGateTools {
  /**
   * The global fetch, on the stage.
   *
   * @param path such as `/greeting?name=Ada`.
   */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

/** An API whose old versions and deployments are to go. */
export interface PruneEvent {
  /** Absent while no route of the API has a callback. */
  readonly functionName?: string;
  readonly restApiId: string;
  /** Parameter with what is known of the stage's releases. */
  readonly verdictsParameter: string;
  /** Parameter with the moves of prod. */
  readonly historyParameter: string;
  /** Description of the deployments that the component makes. */
  readonly description: string;
  /** Published versions that are kept. */
  readonly keep: number;
}

/** The release that an update has just put on the stage. */
export interface ReleaseEvent extends PruneEvent, Pointers, Release {
  /** Where the stage answers, without a slash at the end. */
  readonly url: string;
}

/** Seconds that the function has beside its checks: to put a stage back, and to delete what is old. */
export const RELEASE_RESERVE = 30;

/**
 * Judges the stage over HTTP after an update has moved it. A release that passes is noted, which a promotion asks
 * for; one that fails is taken off the stage again. Deletes what nothing needs any more: after a release that passed,
 * and before any is judged, so that those which fail do not pile up.
 */
export const releaseFactory =
  (checks: Checks<ApiGateTools>) =>
  (): ((
    event: ReleaseEvent | PruneEvent,
    context: { getRemainingTimeInMillis(): number },
  ) => Promise<unknown>) => {
    const clients = { lambda: new LambdaClient({}), apiGateway: new APIGatewayClient({}) };
    const ssm = new SSMClient({});
    return async (event, context) => {
      if (!("url" in event)) return { pruned: await pruneUnneeded(clients, ssm, event) };
      const release: Release = { version: event.version, deploymentId: event.deploymentId };
      const { passed } = await readVerdicts(ssm, event);
      await place(clients, event, release);
      const tools: ApiGateTools = { fetch: (path, init) => fetch(event.url + path, init) };
      try {
        const remaining = (): number => context.getRemainingTimeInMillis() - RELEASE_RESERVE * 1000;
        await runChecks("apiGate", checks, tools, remaining);
      } catch (error) {
        const reason = (error as Error).message;
        // Noted first: whatever comes of the rest, this release is not promoted.
        await noteVerdicts(ssm, event, { passed, failed: { ...release, reason } });
        throw checkFailure(`${reason}. ${await putBack(clients, event, passed)}`);
      }
      await noteVerdicts(ssm, event, { passed: release });
      const pruned = await pruneUnneeded(clients, ssm, event);
      return { ...release, passed: Object.keys(checks), pruned };
    };
  };

/** What no alias or stage holds may be needed yet: to put stage back, or by the next rollback. */
async function pruneUnneeded(
  clients: ReleaseClients,
  ssm: SSMClient,
  event: PruneEvent,
): Promise<Pruned> {
  const { passed } = await readVerdicts(ssm, event);
  const rollback = await readRollback(ssm, event);
  const held = [passed, rollback].filter((release) => release !== undefined);
  return prune(clients, event, held);
}

/**
 * Puts the stage where the update believes it is: after an apiGate has put it back, an engine that does not refresh
 * would not move it again, and the checks would judge the release before. The alias goes first, as in an update.
 */
async function place(clients: ReleaseClients, at: Pointers, to: Release): Promise<void> {
  const { release, alias } = await readRelease(clients, at);
  if (release.version !== to.version)
    await updateAlias(clients, at, { revisionId: alias.RevisionId, version: to.version });
  if (release.deploymentId !== to.deploymentId) await setDeployment(clients, at, to.deploymentId);
}

/** Returns to the last release that passed, in the opposite order: new code knows old routes. */
async function putBack(
  clients: ReleaseClients,
  at: ReleaseEvent,
  passed: Release | undefined,
): Promise<string> {
  if (!passed || isSame(passed, at)) return "There is no release before it to return to.";
  const { version, deploymentId } = passed;
  if (deploymentId !== at.deploymentId) await setDeployment(clients, at, deploymentId);
  if (version !== at.version) {
    const { alias } = await readRelease(clients, at);
    await updateAlias(clients, at, { revisionId: alias.RevisionId, version });
  }
  return `${at.stageName} is back at version ${version}, deployment ${deploymentId}.`;
}

async function readVerdicts(ssm: SSMClient, event: PruneEvent): Promise<Verdicts> {
  return JSON.parse(await readParameter(ssm, event.verdictsParameter)) as Verdicts;
}

async function noteVerdicts(
  ssm: SSMClient,
  event: ReleaseEvent,
  { passed, failed }: Verdicts,
): Promise<void> {
  // A standard parameter holds 4 KB.
  const short = failed && { ...failed, reason: failed.reason.slice(0, 500) };
  await ssm.send(
    new PutParameterCommand({
      Name: event.verdictsParameter,
      Value: JSON.stringify({ passed, failed: short }),
      Overwrite: true,
    }),
  );
}

/** What the next rollback of prod would return to. */
async function readRollback(ssm: SSMClient, event: PruneEvent): Promise<Release | undefined> {
  const history = parseHistory(await readParameter(ssm, event.historyParameter));
  return lastPromotion(history)?.from;
}

async function readParameter(ssm: SSMClient, Name: string): Promise<string> {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
  return Parameter?.Value ?? "{}";
}
