import { reasonOf } from "../../../retry";
import { type Live, storeOf } from "../record/appRecord";
import { lookAt } from "../record/claim";
import { appNameOf } from "../uploads/appName";
import { orderOf, type Upload } from "../uploads/upload";
import { describeUpload, type Telling } from "./report";
import { type UploadStatus, writeStatus } from "./status";
import { tell } from "./tell";

export const deploymentOnlyModule = true;

/**
 * Tells of a failure that is none of the zip's: it is tried again, and in the end, where SQS gives the message up,
 * somebody has to look. What cannot be told is left: the failure itself comes first.
 */
export async function tellFailure(
  upload: Upload,
  telling: Telling,
  error: unknown,
  isLast: boolean,
): Promise<void> {
  const { clients, config } = telling;
  const named = appNameOf(upload.key, config.functionPrefix);
  if (!("name" in named)) return;
  const seen = await tried("the record", () => lookAt(storeOf(telling), named.name));
  const status = failureOf(upload, named.name, telling, { error, isLast, live: seen?.live });
  // The status is of the newest upload.
  if (!seen || seen.newest <= orderOf(upload))
    await tried("the status", () => writeStatus(clients.s3, config.bucketName, status));
  if (isLast) await tried("the event", () => tell(clients.events, config.pipeline, status));
}

function failureOf(
  upload: Upload,
  name: string,
  telling: Telling,
  {
    error,
    isLast,
    live,
  }: { readonly error: unknown; readonly isLast: boolean; readonly live: Live | undefined },
): UploadStatus {
  const reason = reasonOf(error);
  const goesOn = live ? { live: live.version } : {};
  if (!isLast) {
    const fix = "nothing: it is tried again in a few minutes";
    return describeUpload(upload, name, telling, "queued", { reason, fix, ...goesOn });
  }
  const fix =
    "mend what it names, then move the message back from the dead-letter queue, or upload the zip again";
  return describeUpload(upload, name, telling, "rejected", {
    code: "failed",
    reason,
    fix,
    ...goesOn,
  });
}

async function tried<Answer>(
  what: string,
  call: () => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await call();
  } catch (error) {
    console.warn("a failure is not told", { what, reason: reasonOf(error) });
    return undefined;
  }
}
