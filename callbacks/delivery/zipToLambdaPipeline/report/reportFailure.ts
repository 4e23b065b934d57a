import { reasonOf } from "../../../retry";
import { storeOf } from "../record/appRecord";
import { lookAt } from "../record/claim";
import { appNameOf } from "../uploads/appName";
import { orderOf, type Upload } from "../uploads/upload";
import { describeUpload, type Reporting } from "./report";
import { type UploadState, type UploadStatus, writeStatus } from "./status";
import { sendEvent } from "./sendEvent";

export const deploymentOnlyModule = true;

/**
 * Reports a failure that is not the zip's fault and is retried. If the report fails, it is skipped: the failure matters
 * more.
 */
export async function reportFailure(
  upload: Upload,
  reporting: Reporting,
  error: unknown,
): Promise<void> {
  const fix = "nothing: the pipeline tries again in a few minutes";
  await reportNewest(upload, reporting, "queued", { reason: reasonOf(error), fix });
}

/** Reports an upload that was given up while the table with the leases did not answer or another worker had the app. */
export async function reportGivenUp(
  upload: Upload,
  reporting: Reporting,
  why: Partial<UploadStatus>,
): Promise<void> {
  const { clients, config } = reporting;
  const status = await reportNewest(upload, reporting, "rejected", why);
  if (status) await tried("the event", () => sendEvent(clients.events, config.pipeline, status));
}

/** Writes the status, which is about the newest upload; returns undefined for a key that names no app. */
async function reportNewest(
  upload: Upload,
  reporting: Reporting,
  state: UploadState,
  why: Partial<UploadStatus>,
): Promise<UploadStatus | undefined> {
  const { clients, config } = reporting;
  const named = appNameOf(upload.key, config.functionPrefix);
  if (!("name" in named)) return undefined;
  const seen = await tried("the record", () => lookAt(storeOf(reporting), named.name));
  const goesOn = seen?.live ? { live: seen.live.version } : {};
  const status = describeUpload(upload, named.name, reporting, state, { ...why, ...goesOn });
  if (!seen || seen.newest <= orderOf(upload))
    await tried("the status", () => writeStatus(clients.s3, config.bucketName, status));
  return status;
}

/** Returns the answer, or undefined when the call fails. */
export async function tried<Answer>(
  what: string,
  call: () => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await call();
  } catch (error) {
    console.warn(`${what} failed`, { reason: reasonOf(error) });
    return undefined;
  }
}
