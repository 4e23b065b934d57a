import { endMove, type FamilyRecord, type MoveState } from "./familyRecord";
import { recordResult } from "./familyResult";
import { pin } from "./pins";
import { endRolling, keepRolling, type RollingContext } from "./rolling";

export const deploymentOnlyModule = true;

/** Returns the state of a move from its services: finished when none is moving any more, completed when all are. */
export function stateOf(services: Readonly<Record<string, MoveState>>): MoveState {
  const states = Object.values(services);
  const worst = (["moving", "failed", "rolledBack"] as const).find((one) => states.includes(one));
  return worst ?? "completed";
}

/**
 * Finishes a move: pins the images that all its services run, or leaves the pin on the last good ones, and records the
 * result. Idempotent.
 */
export async function finish(record: FamilyRecord, context: RollingContext): Promise<void> {
  const { records, pins, retry } = context;
  const { deliveryId, family } = record;
  const state = stateOf(record.services);
  if (state === "moving") return;
  // The pin first: at every moment the program reads this image from one of the two parameters.
  if (state === "completed") await pin(record, pins, retry);
  await endRolling(record, pins, retry);
  // Before the move ends: a retry only finds moves that have not ended.
  await recordResult(records, { deliveryId, family, now: retry.deps.now() }, { state });
  const last = await endMove(records, record, state);
  if (last.deliveryId !== deliveryId) {
    // A newer move began, and maybe ended, meanwhile; Parameter Store has no conditional write.
    const { state: end } = await keepRolling(last, context);
    if (end === "completed") await pin(last, pins, retry);
  }
  console.log(state, { deliveryId, family });
}
