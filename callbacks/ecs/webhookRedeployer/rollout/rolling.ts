import { type FamilyRecord, readMove, type Records } from "./familyRecord";
import { type Pins, putText } from "./pins";
import { formatRollingImage, NO_ROLLING_IMAGE, rollingName } from "./rollingImage";
import type { Retry } from "../../../retry";

export const deploymentOnlyModule = true;

export interface RollingContext {
  readonly records: Records;
  readonly pins: Pins;
  readonly retry: Retry;
}

/**
 * Writes the images that a move is rolling out, or that it no longer is, for updates of the program before the move
 * ends; returns the record after that. Parameter Store has no conditional write, so the record decides: if it has
 * changed meanwhile, this writes again. Whoever changes the record writes after it, so the last write is right,
 * whatever the order of the others.
 */
export async function keepRolling(
  record: FamilyRecord,
  { records, pins, retry }: RollingContext,
): Promise<FamilyRecord> {
  let written = record;
  while (mayRoll(written)) {
    if (isRolling(written)) await beginRolling(written, pins, retry);
    else await endRolling(written, pins, retry);
    const now = (await readMove(records, record)) ?? written;
    const isSame = now.deliveryId === written.deliveryId && isRolling(now) === isRolling(written);
    written = now;
    if (isSame) break;
  }
  return written;
}

/**
 * Lets the program use the pins again. The parameters are overwritten, not deleted: AWS asks to wait for 30 seconds
 * before a deleted name is used again, but the next push may come at once.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html
 */
export async function endRolling(record: FamilyRecord, pins: Pins, retry: Retry): Promise<void> {
  if (mayRoll(record)) await putEach(record, pins, retry, () => NO_ROLLING_IMAGE);
}

async function beginRolling(record: FamilyRecord, pins: Pins, retry: Retry): Promise<void> {
  const now = retry.deps.now();
  await putEach(record, pins, retry, (image) => formatRollingImage(image, now));
  console.log("rolling", { family: record.family, images: record.images });
}

async function putEach(
  { family, images }: FamilyRecord,
  { ssm, path }: Pins,
  retry: Retry,
  valueOf: (image: string) => string,
): Promise<void> {
  for (const [container, image] of Object.entries(images))
    await putText(ssm, `${path}/${family}/${rollingName(container)}`, valueOf(image), retry);
}

/** Checks whether this move, or the one that it replaced, waits for a service: otherwise nothing was ever rolling. */
function mayRoll({ services, replaced }: FamilyRecord): boolean {
  return replaced !== undefined || Object.keys(services).length > 0;
}

/** Checks whether a move may still end with its images pinned: one service that fails leaves the pin as it is. */
function isRolling({ state, services }: FamilyRecord): boolean {
  const states = Object.values(services);
  const hasFailed = states.includes("failed") || states.includes("rolledBack");
  return state === "moving" && states.includes("moving") && !hasFailed;
}
