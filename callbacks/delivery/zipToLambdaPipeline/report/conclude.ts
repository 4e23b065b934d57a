import { type AppRecord, type Lease, storeOf } from "../record/appRecord";
import type { ClaimState } from "../record/claim";
import { finish, recordOutcome } from "../record/finish";
import type { Upload } from "../uploads/upload";
import { count, describeUpload, report, type Reporting } from "./report";
import type { UploadState, UploadStatus } from "./status";
import { sendEvent } from "./sendEvent";

export const deploymentOnlyModule = true;

/** An upload that its worker is about to end. */
export interface EndContext extends Reporting {
  readonly upload: Upload;
  readonly lease: Lease;
  readonly turn: ClaimState;
}

/** Result of an upload. */
export interface UploadResult {
  readonly record: AppRecord;
  readonly status: Partial<UploadStatus>;
  /** Given up after its last try: an operator may have it tried again. */
  readonly isGivenUp?: boolean;
}

/** Ends an upload. First the end is reported and last it is recorded, so that after a crash the report is repeated. */
export async function conclude(
  ending: EndContext,
  state: "deployed" | "rejected" | "removed",
  { record, status, isGivenUp = false }: UploadResult,
): Promise<void> {
  const { clients, config, upload, lease, turn } = ending;
  const written = await reportState(ending, state, {
    ...(state === "rejected" ? liveIn(record) : {}),
    ...status,
  });
  await sendEvent(clients.events, config.pipeline, written);
  const { at, reason, version } = written;
  const outcome = { state, at, reason, version, ...(isGivenUp ? { isGivenUp } : {}) };
  if (!(await finish(storeOf(ending), lease, upload, { outcome, record, turn }))) return;
  count(upload, lease.name, ending, state, { reason, version });
  console.log(state, { app: lease.name, versionId: upload.versionId, version, reason });
}

/** Ends an upload whose zip was deleted, or expired in its bucket, before it was deployed. */
export async function concludeGone(ending: EndContext, record: AppRecord): Promise<void> {
  const { upload, lease, turn, deps } = ending;
  const at = new Date(deps.now()).toISOString();
  const reason = "this version of the zip was deleted";
  const fix = "upload the zip again";
  await reportState(ending, "rejected", { code: "gone", reason, fix, ...liveIn(record) });
  const outcome = { state: "superseded", at, reason } as const;
  if (await finish(storeOf(ending), lease, upload, { outcome, record, turn }))
    count(upload, lease.name, ending, "superseded", { reason });
}

export async function supersede(
  upload: Upload,
  { name }: Lease,
  reporting: Reporting,
): Promise<void> {
  const at = new Date(reporting.deps.now()).toISOString();
  const reason = "a newer upload is in service";
  await recordOutcome(storeOf(reporting), name, upload, { state: "superseded", at, reason });
  count(upload, name, reporting, "superseded", { reason });
}

/**
 * Reports the state of an upload; an upload that was overtaken by a rejected one is reported only when it is deployed
 * after all.
 */
export async function reportState(
  ending: EndContext,
  state: UploadState,
  more: Partial<UploadStatus> = {},
): Promise<UploadStatus> {
  const { upload, lease, turn } = ending;
  const isTold = !turn.isLate || state === "deployed";
  return isTold
    ? report(upload, lease.name, ending, state, more)
    : describeUpload(upload, lease.name, ending, state, more);
}

function liveIn({ lives: [live] }: AppRecord): Partial<UploadStatus> {
  return live ? { live: live.version } : {};
}
