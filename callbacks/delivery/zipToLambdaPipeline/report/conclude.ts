import { type AppRecord, type Lease, storeOf } from "../record/appRecord";
import type { Turn } from "../record/claim";
import { finish, recordOutcome } from "../record/finish";
import type { Upload } from "../uploads/upload";
import { count, describeUpload, report, type Telling } from "./report";
import type { UploadState, UploadStatus } from "./status";
import { tell } from "./tell";

export const deploymentOnlyModule = true;

/** An upload that its worker is about to end. */
export interface Ending extends Telling {
  readonly upload: Upload;
  readonly lease: Lease;
  readonly turn: Turn;
}

/** What an upload has come to. */
export interface End {
  readonly record: AppRecord;
  readonly status: Partial<UploadStatus>;
  /** It was tried often enough: an operator may have it tried again. */
  readonly isGivenUp?: boolean;
}

/** The end of an upload: told first and written last, so that what is cut off is told again. */
export async function conclude(
  ending: Ending,
  state: "deployed" | "rejected" | "removed",
  { record, status, isGivenUp = false }: End,
): Promise<void> {
  const { clients, config, upload, lease, turn } = ending;
  const told = await tellOf(ending, state, {
    ...(state === "rejected" ? liveIn(record) : {}),
    ...status,
  });
  await tell(clients.events, config.pipeline, told);
  const { at, reason, version } = told;
  const outcome = { state, at, reason, version, ...(isGivenUp ? { isGivenUp } : {}) };
  if (!(await finish(storeOf(ending), lease, upload, { outcome, record, turn }))) return;
  count(upload, lease.name, ending, state, { reason, version });
  console.log(state, { app: lease.name, versionId: upload.versionId, version, reason });
}

/** An upload whose zip was deleted, or that its bucket no longer keeps, before its turn came. */
export async function concludeGone(ending: Ending, record: AppRecord): Promise<void> {
  const { upload, lease, turn, deps } = ending;
  const at = new Date(deps.now()).toISOString();
  const reason = "this version of the zip is gone";
  const fix = "upload the zip again";
  await tellOf(ending, "rejected", { code: "gone", reason, fix, ...liveIn(record) });
  const outcome = { state: "superseded", at, reason } as const;
  if (await finish(storeOf(ending), lease, upload, { outcome, record, turn }))
    count(upload, lease.name, ending, "superseded", { reason });
}

export async function supersede(upload: Upload, { name }: Lease, telling: Telling): Promise<void> {
  const at = new Date(telling.deps.now()).toISOString();
  const reason = "a newer upload is in service";
  await recordOutcome(storeOf(telling), name, upload, { state: "superseded", at, reason });
  count(upload, name, telling, "superseded", { reason });
}

/** What an upload that was overtaken by a rejected one comes to is told only where it is live after all. */
export async function tellOf(
  ending: Ending,
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
