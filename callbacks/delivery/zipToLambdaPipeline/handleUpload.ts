import { reasonOf } from "../../retry";
import type { PipelineClients } from "./clients";
import { deployUpload, storeOf, type Work, type Worked } from "./deploy/deployUpload";
import { againInOf, isInterference, notYet, type Problem, problemOf } from "./deploy/problem";
import { removeApp } from "./deploy/removeApp";
import type { Lease } from "./record/appRecord";
import { claim, type Turn } from "./record/claim";
import { finish, recordOutcome, release } from "./record/finish";
import {
  logPlace,
  statusOf,
  type UploadState,
  type UploadStatus,
  writeStatus,
} from "./report/status";
import { metricLine, tell } from "./report/tell";
import type { PipelineConfig } from "./settings";
import { appNameOf } from "./uploads/appName";
import type { Upload } from "./uploads/upload";
import type { WorkerDeps } from "./workerDeps";

export const deploymentOnlyModule = true;

/** The part of a function's context that tells where its log is. */
export interface LogContext {
  readonly awsRequestId?: string;
  readonly logGroupName?: string;
  readonly logStreamName?: string;
}

export interface Handling {
  readonly clients: PipelineClients;
  readonly config: PipelineConfig;
  readonly deps: WorkerDeps;
  readonly context: LogContext & { getRemainingTimeInMillis(): number };
}

interface Attempt extends Handling {
  /** How often the upload was sent on before. */
  readonly hop: number;
  /** Whether SQS gives the message up if this attempt fails. */
  readonly isLast: boolean;
}

/** Seconds until an app is asked for again that another worker has, or that somebody has just changed. */
const WHILE_BUSY = 5;
/** So many times as long in the end, when it is not the first time. */
const LONGER = 6;
/** Milliseconds beside `verify` that are kept to finish, or to send the upload on. */
const RESERVE = 10_000;

/**
 * Works on an upload.
 *
 * @returns seconds after which it is to be worked on again; undefined once it has come to its end.
 * @throws what AWS says, for a failure that is none of the zip's.
 */
export async function handleUpload(upload: Upload, attempt: Attempt): Promise<number | undefined> {
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
      if (hop === 0 && claimed.isNewest) await report({ upload, lease }, attempt, "queued");
      return WHILE_BUSY * Math.min(hop + 1, LONGER);
    case "ours": {
      const until = now + remaining - RESERVE - 1000 * (config.verifyTimeout ?? 0);
      const work: Work = {
        ...attempt,
        upload,
        lease,
        record: claimed.record,
        turn: claimed.turn,
        until,
        report: (state, more) => report(work, attempt, state, more).then(() => undefined),
      };
      return workOn(work, attempt);
    }
  }
}

async function workOn(work: Work, attempt: Attempt): Promise<number | undefined> {
  const { upload, lease } = work;
  try {
    const worked = await (upload.kind === "removed" ? remove(work) : deployUpload(work));
    // Its owner would never hear of a zip that was missing for a moment only: another look tells.
    if (worked.kind === "gone" && attempt.hop === 0) throw notYet(WHILE_BUSY, "the zip is gone");
    if (worked.kind === "gone") await endGone(work, attempt);
    else await conclude(work, attempt, upload.kind === "removed" ? "removed" : "deployed", worked);
    return undefined;
  } catch (error) {
    const problem = againInOf(error) === undefined ? problemOf(error) : undefined;
    if (problem) {
      await conclude(work, attempt, "rejected", { record: work.record, status: toldOf(problem) });
      return undefined;
    }
    const again = againInOf(error) ?? (isInterference(error) ? WHILE_BUSY : undefined);
    if (again === undefined) await tellOfFailure(work, attempt, error);
    await release(storeOf(work), lease);
    if (again !== undefined) return again;
    throw error;
  }
}

async function remove({ clients, config, lease }: Work): Promise<Worked> {
  const functionName = config.functionPrefix + lease.name;
  await removeApp(clients.lambda, functionName, config.pipeline);
  return { kind: "deployed", record: { lives: [] }, status: { functionName } };
}

/** The end of an upload: told first and written last, so that what is cut off is told again. */
async function conclude(
  work: Work,
  attempt: Attempt,
  state: "deployed" | "rejected" | "removed",
  { record, status }: Pick<Extract<Worked, { kind: "deployed" }>, "record" | "status">,
): Promise<void> {
  const { clients, config, upload, lease, turn } = work;
  const told = await report(work, attempt, state, {
    ...status,
    ...(state === "rejected" && record.lives[0] ? { live: record.lives[0].version } : {}),
  });
  await tell(clients.events, config.pipeline, told);
  const { at, reason, version } = told;
  const outcome = { state, at, reason, version };
  if (!(await finish(storeOf(work), lease, upload, { outcome, record, turn }))) return;
  count(upload, lease.name, attempt, state, { reason, version });
  console.log(state, { app: lease.name, versionId: upload.versionId, version, reason });
}

/** An upload whose zip was deleted, or that its bucket no longer keeps, before its turn came. */
async function endGone(work: Work, attempt: Attempt): Promise<void> {
  const { upload, lease, record, turn } = work;
  const at = new Date(attempt.deps.now()).toISOString();
  const reason = "this version of the zip is gone";
  await report(work, attempt, "rejected", {
    code: "gone",
    reason,
    fix: "upload the zip again",
    ...(record.lives[0] ? { live: record.lives[0].version } : {}),
  });
  const outcome = { state: "superseded", at, reason } as const;
  if (await finish(storeOf(work), lease, upload, { outcome, record, turn }))
    count(upload, lease.name, attempt, "superseded", { reason });
}

async function supersede(upload: Upload, { name }: Lease, attempt: Attempt): Promise<void> {
  const at = new Date(attempt.deps.now()).toISOString();
  const reason = "a newer upload is in service";
  await recordOutcome(storeOf(attempt), name, upload, { state: "superseded", at, reason });
  count(upload, name, attempt, "superseded", { reason });
}

/** A key that names no app has no record: it is told, and that is all. */
async function refuseKey(upload: Upload, problem: Problem, attempt: Attempt): Promise<void> {
  if (upload.kind === "removed") return;
  const { clients, config } = attempt;
  const told = await report({ upload, lease: { name: "" } }, attempt, "rejected", toldOf(problem));
  await tell(clients.events, config.pipeline, told);
  count(upload, "", attempt, "rejected", { reason: problem.message });
}

/** A failure that is none of the zip's: it is tried again, and in the end somebody has to look. */
async function tellOfFailure(work: Work, attempt: Attempt, error: unknown): Promise<void> {
  const reason = reasonOf(error);
  const [state, more] = attempt.isLast
    ? (["rejected", { code: "failed", fix: "look at the alarm of the dead-letter queue" }] as const)
    : (["queued", { fix: "nothing: it is tried again in a few minutes" }] as const);
  await report(work, attempt, state, { ...more, reason }).catch(() => undefined);
}

/** What an upload that was overtaken by a rejected one comes to is told only where it is live after all. */
async function report(
  {
    upload,
    lease: { name },
    turn,
  }: { readonly upload: Upload; readonly lease: Pick<Lease, "name">; readonly turn?: Turn },
  { clients, config, deps, context }: Handling,
  state: UploadState,
  more: Partial<UploadStatus> = {},
): Promise<UploadStatus> {
  const status = statusOf(upload, state, deps.now(), {
    app: name,
    log: logPlace(context, deps.region),
    ...(name === "" ? {} : { functionName: config.functionPrefix + name }),
    ...more,
  });
  if (!turn?.isLate || state === "deployed")
    await writeStatus(clients.s3, config.bucketName, status);
  return status;
}

function toldOf({ code, message, fix }: Problem): Partial<UploadStatus> {
  return { code, reason: message, fix };
}

function count(
  { key, versionId }: Upload,
  app: string,
  { config, deps }: Handling,
  state: "deployed" | "rejected" | "superseded" | "removed",
  facts: object,
): void {
  const outcome = `${state[0]?.toUpperCase()}${state.slice(1)}` as Parameters<typeof metricLine>[1];
  deps.print(metricLine(config.pipeline, outcome, deps.now(), { app, key, versionId, ...facts }));
}
