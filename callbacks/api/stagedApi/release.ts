import { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SSMClient } from "@aws-sdk/client-ssm";
import { checkFailure, type Checks } from "./gates/checks";
import { isThreadOf, serveChecks } from "./gates/checkThread";
import { readKept } from "./releases/kept";
import type { GatedRelease, Release, GateResults } from "./history/history";
import { isMoved, placeStage, putBackStage, type StagePlace } from "./releases/moveStage";
import { createDeniedRetry, type DeniedRetry } from "./gates/deniedRetry";
import { runInThread } from "./gates/runInThread";
import { prune, type Pruned } from "./releases/prune";
import type { ReleaseClients } from "./releases/releases";
import { claimGateRun, recordGateResult, readGateResults } from "./releases/gateResults";

export const deploymentOnlyModule = true;

/** Tools that an apiGate can use. */
export interface ApiGateTools {
  /**
   * The global fetch, with paths of the stage.
   *
   * @param path such as `/greeting?name=Ada`.
   */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

/** An API whose old versions and deployments are to be deleted. */
export interface PruneEvent {
  /** Absent while no route of the API has a callback. */
  readonly functionName?: string;
  readonly restApiId: string;
  /** Name of the parameter with the gate results of the stage's releases. */
  readonly verdictsParameter: string;
  /** Name of the parameter with the moves of prod. */
  readonly historyParameter: string;
  /** Description by which the component recognizes its own deployments. */
  readonly description: string;
  /** How many published versions are kept. */
  readonly keep: number;
}

/** The release that an update has just moved the stage to. */
export interface ReleaseEvent extends PruneEvent, StagePlace {
  /** URL of the stage, without a slash at the end. */
  readonly url: string;
}

/** Seconds that the function has in addition to its checks: to move a stage back, and to delete old releases. */
export const RELEASE_RESERVE = 30;

/** https://docs.aws.amazon.com/general/latest/gr/ssm.html: a standard parameter holds 4 KB. */
const LONGEST_REASON = 500;

interface Clients extends ReleaseClients {
  readonly ssm: SSMClient;
}

interface Context {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/**
 * Judges the stage over HTTP after an update has moved it. A release that passes is recorded, which a promotion
 * requires; a release that fails is taken off the stage again. Deletes releases that nothing needs any more: after a
 * release that passed, and before each judgement, so that releases that fail do not pile up.
 *
 * @param seconds that the checks may take together.
 */
export const releaseFactory =
  (checks: Checks<ApiGateTools>, seconds: number) =>
  (): ((event: ReleaseEvent | PruneEvent, context: Context) => Promise<unknown>) => {
    if (isThreadOf("apiGate")) serveChecks("apiGate", checks, apiGateTools);
    const retry = createDeniedRetry();
    const clients = createClients(retry);
    return async (event, context) => {
      retry.begin();
      if (!("url" in event)) return pruneBefore(clients, event);
      const judge = context.awsRequestId;
      const before = await claimGateRun(clients.ssm, event.verdictsParameter, judge);
      const placed = await placeStage(clients, event, before.passed);
      const release: Release = { version: event.version, deploymentId: event.deploymentId };
      const reason = await failureOf(checks, seconds, event, context);
      const results: GateResults =
        reason === undefined
          ? {
              first: before.passed ? before.first : release,
              passed: { ...release, variables: event.variables } satisfies GatedRelease,
            }
          : { ...before, failed: { ...release, reason: reason.slice(0, LONGEST_REASON), judge } };
      // Recorded first: even if the rest fails, a release that failed is not promoted.
      if (await isSuperseded(clients, event, judge, results))
        throw checkFailure(
          `${reason === undefined ? "" : `${reason}. `}${describeSuperseded(event)}`,
        );
      if (reason !== undefined) {
        const outcome = await putBackStage(clients, event, placed, before.passed);
        throw checkFailure(`${reason}. ${outcome}`);
      }
      const pruned = await pruneUnneeded(clients, event);
      return { ...release, passed: Object.keys(checks), pruned };
    };
  };

function createClients({ middleware }: DeniedRetry): Clients {
  const clients = {
    lambda: new LambdaClient({}),
    apiGateway: new APIGatewayClient({}),
    ssm: new SSMClient({}),
  };
  clients.lambda.middlewareStack.add(middleware, { step: "initialize" });
  clients.apiGateway.middlewareStack.add(middleware, { step: "initialize" });
  clients.ssm.middlewareStack.add(middleware, { step: "initialize" });
  return clients;
}

/** Returns why the release has not passed; undefined when it has. */
async function failureOf(
  checks: Checks<ApiGateTools>,
  seconds: number,
  { url }: ReleaseEvent,
  context: Context,
): Promise<string | undefined> {
  if (Object.keys(checks).length === 0) return undefined;
  const remaining = (): number => context.getRemainingTimeInMillis() - RELEASE_RESERVE * 1000;
  const milliseconds = Math.min(seconds * 1000, remaining());
  try {
    // The thread itself reports a check that waits too long, first.
    const late = (): number => remaining() + 1000;
    const judged = {
      checksOf: "apiGate",
      checks,
      toolsOf: apiGateTools,
      subject: { url },
    } as const;
    await runInThread({ ...judged, milliseconds }, late);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function apiGateTools({ url }: Pick<ReleaseEvent, "url">): ApiGateTools {
  return { fetch: (path, init) => fetch(url + path, init) };
}

/**
 * Records the gate result, unless the stage serves another release by now; returns whether this run was superseded.
 * Lambda continues after an update was killed, and the next update may have moved the stage since.
 */
async function isSuperseded(
  clients: Clients,
  event: ReleaseEvent,
  judge: string,
  results: GateResults,
): Promise<boolean> {
  if (await isMoved(clients, event)) return true;
  return !(await recordGateResult(clients.ssm, event.verdictsParameter, judge, results));
}

function describeSuperseded({ stageName, version, deploymentId }: ReleaseEvent): string {
  return (
    `This run was overtaken: a later one checks ${stageName}, or somebody has moved it from version ${version}, ` +
    `deployment ${deploymentId}. Nothing was recorded, and ${stageName} is unchanged.`
  );
}

/**
 * Prunes before a release is judged, and returns the id of the run that failed last. When that id differs from the one
 * that the update knows, the update must judge again even a release that it recorded as passed: otherwise a program
 * that is changed back to an earlier state would never be judged, and so never be promoted.
 */
async function pruneBefore(
  clients: Clients,
  event: PruneEvent,
): Promise<{ pruned: Pruned; failed: string }> {
  const { failed } = await readGateResults(clients.ssm, event.verdictsParameter);
  return { pruned: await pruneUnneeded(clients, event), failed: failed?.judge ?? "" };
}

/** A release that no alias or stage serves may still be needed: to move `stage` back, or by a rollback. */
async function pruneUnneeded(clients: Clients, event: PruneEvent): Promise<Pruned> {
  return prune(clients, event, await readKept(clients.ssm, event));
}
