import { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { type Checks, runChecks } from "./checks";
import { isSame, lastPromotion, parseHistory, type Release, type Verdicts } from "./history";
import { prune } from "./prune";
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

/** The release that an update has just put on the stage. */
export interface ReleaseEvent extends Pointers, Release {
  /** Where the stage answers, without a slash at the end. */
  readonly url: string;
  /** Parameter with what is known of the stage's releases. */
  readonly verdictsParameter: string;
  /** Parameter with the moves of prod. */
  readonly historyParameter: string;
  /** Description of the deployments that the component makes. */
  readonly description: string;
  readonly keep: number;
}

/** Milliseconds kept to put the stage back before Lambda ends the function. */
const PUT_BACK = 10_000;

/**
 * Judges the stage over HTTP after an update has moved it. A release that passes is noted, which a promotion asks
 * for; one that fails is taken off the stage again. Then deletes what nothing needs any more.
 */
export const releaseFactory =
  (checks: Checks<ApiGateTools>) =>
  (): ((
    event: ReleaseEvent,
    context: { getRemainingTimeInMillis(): number },
  ) => Promise<unknown>) => {
    const clients = { lambda: new LambdaClient({}), apiGateway: new APIGatewayClient({}) };
    const ssm = new SSMClient({});
    return async (event, context) => {
      const release: Release = { version: event.version, deploymentId: event.deploymentId };
      const { passed } = await readVerdicts(ssm, event);
      await place(clients, event, release);
      const tools: ApiGateTools = { fetch: (path, init) => fetch(event.url + path, init) };
      try {
        const remaining = (): number => context.getRemainingTimeInMillis() - PUT_BACK;
        await runChecks("apiGate", checks, tools, remaining);
      } catch (error) {
        const reason = (error as Error).message;
        // Noted first: whatever comes of the rest, this release is not promoted.
        await noteVerdicts(ssm, event, { passed, failed: { ...release, reason } });
        throw new Error(`${reason}. ${await putBack(clients, event, passed)}`);
      }
      await noteVerdicts(ssm, event, { passed: release });
      const rollback = await readRollback(ssm, event);
      const pruned = await prune(clients, event, rollback ? [release, rollback] : [release]);
      return { ...release, passed: Object.keys(checks), pruned };
    };
  };

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

async function readVerdicts(ssm: SSMClient, event: ReleaseEvent): Promise<Verdicts> {
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
async function readRollback(ssm: SSMClient, event: ReleaseEvent): Promise<Release | undefined> {
  const history = parseHistory(await readParameter(ssm, event.historyParameter));
  return lastPromotion(history)?.from;
}

async function readParameter(ssm: SSMClient, Name: string): Promise<string> {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
  return Parameter?.Value ?? "{}";
}
