import { reasonOf } from "../../retry";
import { deployUpload, type Work, type DeployResult } from "./deploy/deployUpload";
import {
  againInOf,
  isInterference,
  isZipMissing,
  type Problem,
  problemOf,
  zipIsMissing,
} from "./deploy/problem";
import { removeApp } from "./deploy/removeApp";
import { markRejected } from "./deploy/unusedZips";
import { storeOf } from "./record/appRecord";
import { claim } from "./record/claim";
import { release } from "./record/finish";
import { conclude, concludeGone, type EndContext, supersede, reportState } from "./report/conclude";
import { count, report, type Reporting } from "./report/report";
import type { UploadStatus } from "./report/status";
import { sendEvent } from "./report/sendEvent";
import type { PipelineConfig } from "./settings";
import { appNameOf } from "./uploads/appName";
import type { Upload } from "./uploads/upload";

export const deploymentOnlyModule = true;

/** Configuration and clients for handling an upload. */
export interface Handling extends Reporting {
  readonly config: PipelineConfig;
}

interface Attempt extends Handling {
  /** How often the worker has sent the upload on to itself. */
  readonly hop: number;
  /** Whether its zip was missing in the previous try. */
  readonly wasMissing: boolean;
}

/** Asks for another try after this many seconds. */
export interface Again {
  readonly seconds: number;
  readonly reason: string;
  /** The zip was missing. */
  readonly isMissing?: boolean;
}

/** Seconds until the next try while another worker has the app, or after somebody has just changed it. */
const WHILE_BUSY = 5;
/** Largest factor of that time, for later tries. */
const LONGER = 6;
/** Milliseconds reserved, in addition to `verify`, to finish, or to send the upload on. */
const RESERVE = 10_000;

/**
 * Handles an upload.
 *
 * @returns undefined once the upload has ended.
 * @throws AWS's error, for a failure that is not the zip's fault.
 */
export async function handleUpload(upload: Upload, attempt: Attempt): Promise<Again | undefined> {
  const { config, deps, context, hop } = attempt;
  const named = appNameOf(upload.key, config.functionPrefix);
  if (!("name" in named)) {
    await refuseKey(upload, { code: "badName", ...named }, attempt);
    return undefined;
  }
  const now = deps.now();
  const remaining = context.getRemainingTimeInMillis();
  const lease = { name: named.name, owner: context.awsRequestId ?? "", until: now + remaining };
  const claimed = await claim(storeOf(attempt), lease, upload, now);
  switch (claimed.kind) {
    case "done":
      return undefined;
    case "superseded":
      await supersede(upload, lease, attempt);
      return undefined;
    case "busy":
      if (hop === 0 && claimed.isNewest) await report(upload, lease.name, attempt, "queued");
      return {
        seconds: WHILE_BUSY * Math.min(hop + 1, LONGER),
        reason: "another upload of the app is in progress",
      };
    case "ours": {
      const until = now + remaining - RESERVE - 1000 * (config.verifyTimeout ?? 0);
      const { record, turn } = claimed;
      const ending: EndContext = { ...attempt, upload, lease, turn };
      const report: Work["report"] = async (state, more) =>
        void (await reportState(ending, state, more));
      return workOn({ ...attempt, upload, lease, record, until, report }, ending, attempt);
    }
  }
}

async function workOn(
  work: Work,
  ending: EndContext,
  { wasMissing }: Attempt,
): Promise<Again | undefined> {
  const { upload, lease, record } = work;
  try {
    const worked = await (upload.kind === "removed" ? remove(work) : deployUpload(work));
    // Its owner would get no report about a zip that was missing for a moment only: check once more.
    if (worked.kind === "gone" && !wasMissing) throw zipIsMissing(WHILE_BUSY);
    if (worked.kind === "gone") await concludeGone(ending, record);
    else await conclude(ending, upload.kind === "removed" ? "removed" : "deployed", worked);
    return undefined;
  } catch (error) {
    const problem = againInOf(error) === undefined ? problemOf(error) : undefined;
    if (problem) {
      await conclude(ending, "rejected", { record, status: problemStatus(problem) });
      await markRejected(work, work.config.functionPrefix + lease.name, upload);
      return undefined;
    }
    await release(storeOf(work), lease);
    const seconds = againInOf(error) ?? (isInterference(error) ? WHILE_BUSY : undefined);
    if (seconds === undefined) throw error;
    const again = { seconds, reason: reasonOf(error), isMissing: isZipMissing(error) };
    console.log("again", { app: lease.name, versionId: upload.versionId, ...again });
    return again;
  }
}

async function remove({ clients, config, lease }: Work): Promise<DeployResult> {
  const functionName = config.functionPrefix + lease.name;
  await removeApp(clients, functionName, config);
  return { kind: "deployed", record: { lives: [] }, status: { functionName } };
}

/** Rejects a key that names no app. It has no record: the rejection is only reported. */
async function refuseKey(upload: Upload, problem: Problem, attempt: Attempt): Promise<void> {
  if (upload.kind === "removed") return;
  const { clients, config } = attempt;
  const status = await report(upload, "", attempt, "rejected", problemStatus(problem));
  await sendEvent(clients.events, config.pipeline, status);
  count(upload, "", attempt, "rejected", { reason: problem.message });
}

function problemStatus({ code, message, fix, buildOutput }: Problem): Partial<UploadStatus> {
  return { code, reason: message, fix, ...(buildOutput === undefined ? {} : { buildOutput }) };
}
