import { PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { endMove, type FamilyRecord, type MoveState, type Records } from "./familyRecord";
import { recordResult } from "./familyResult";
import { type Retry, retrying } from "../../../retry";

export const deploymentOnlyModule = true;

/** Parameters in which images are pinned. */
export interface Pins {
  readonly ssm: SSMClient;
  /** Path of the parameters, without a slash at the end. */
  readonly path: string;
}

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
export async function finish(
  record: FamilyRecord,
  {
    records,
    pins,
    retry,
  }: { readonly records: Records; readonly pins: Pins; readonly retry: Retry },
): Promise<void> {
  const { deliveryId, family } = record;
  const state = stateOf(record.services);
  if (state === "moving") return;
  if (state === "completed") await pin(record, pins, retry);
  // Before the move ends: a retry only finds moves that have not ended.
  await recordResult(records, { deliveryId, family, now: retry.deps.now() }, { state });
  const last = await endMove(records, record, state);
  // If a newer move ended while this one was pinned, pin the newer one: Parameter Store has no conditional write.
  if (last.deliveryId !== deliveryId && last.state === "completed") await pin(last, pins, retry);
  console.log(state, { deliveryId, family });
}

async function pin(
  { family, images }: FamilyRecord,
  { ssm, path }: Pins,
  retry: Retry,
): Promise<void> {
  for (const [container, Value] of Object.entries(images)) {
    const Name = `${path}/${family}/${container}`;
    const input = { Name, Value, Type: "String", DataType: "text", Overwrite: true } as const;
    await retrying(retry, () => ssm.send(new PutParameterCommand(input)));
    console.log("pinned", { parameter: Name, image: Value });
  }
}
