import { type FamilyRecord, readMove } from "./familyRecord";
import { recordResult } from "./familyResult";
import { reasonOf } from "../../../retry";
import { endRolling, type RollingContext } from "./rolling";

export const deploymentOnlyModule = true;

/**
 * Records that a move was given up, and lets the program use the pins again. The move itself does not end: when its
 * message is moved back to the queue, it continues.
 */
export async function giveUpMove(
  { deliveryId, family, repository }: Pick<FamilyRecord, "deliveryId" | "family" | "repository">,
  reason: string,
  { records, pins, retry }: RollingContext,
): Promise<void> {
  try {
    const move = await readMove(records, { family, repository });
    // No other move begins meanwhile: SQS delivers the messages of a family one after another.
    if (move?.deliveryId === deliveryId) await endRolling(move, pins, retry);
  } catch (error) {
    // The message is already kept, and must not be kept twice; the image counts as rolling for at most a day.
    console.warn("still rolling", { deliveryId, family, reason: reasonOf(error) });
  }
  const at = { deliveryId, family, now: retry.deps.now() };
  await recordResult(records, at, { state: "failed", detail: { reason } });
}
