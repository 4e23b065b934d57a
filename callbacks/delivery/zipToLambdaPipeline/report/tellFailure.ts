import { reasonOf } from "../../../retry";
import { storeOf } from "../record/appRecord";
import { lookAt } from "../record/claim";
import { appNameOf } from "../uploads/appName";
import { orderOf, type Upload } from "../uploads/upload";
import { describeUpload, type Telling } from "./report";
import { type UploadState, type UploadStatus, writeStatus } from "./status";
import { tell } from "./tell";

export const deploymentOnlyModule = true;

/** Tells of a failure that is none of the zip's and is tried again. What cannot be told is left: the failure comes first. */
export async function tellFailure(upload: Upload, telling: Telling, error: unknown): Promise<void> {
  const fix = "nothing: it is tried again in a few minutes";
  await tellNewest(upload, telling, "queued", { reason: reasonOf(error), fix });
}

/** Tells of an upload that was given up, where the table that says whose turn it is cannot be asked or is held. */
export async function tellGivenUp(
  upload: Upload,
  telling: Telling,
  why: Partial<UploadStatus>,
): Promise<void> {
  const { clients, config } = telling;
  const status = await tellNewest(upload, telling, "rejected", why);
  if (status) await tried("the event", () => tell(clients.events, config.pipeline, status));
}

/** Writes the status, which is of the newest upload; undefined for a key that names no app. */
async function tellNewest(
  upload: Upload,
  telling: Telling,
  state: UploadState,
  why: Partial<UploadStatus>,
): Promise<UploadStatus | undefined> {
  const { clients, config } = telling;
  const named = appNameOf(upload.key, config.functionPrefix);
  if (!("name" in named)) return undefined;
  const seen = await tried("the record", () => lookAt(storeOf(telling), named.name));
  const goesOn = seen?.live ? { live: seen.live.version } : {};
  const status = describeUpload(upload, named.name, telling, state, { ...why, ...goesOn });
  if (!seen || seen.newest <= orderOf(upload))
    await tried("the status", () => writeStatus(clients.s3, config.bucketName, status));
  return status;
}

/** The answer, or undefined where there is none. */
export async function tried<Answer>(
  what: string,
  call: () => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await call();
  } catch (error) {
    console.warn(`${what} cannot be told or asked`, { reason: reasonOf(error) });
    return undefined;
  }
}
