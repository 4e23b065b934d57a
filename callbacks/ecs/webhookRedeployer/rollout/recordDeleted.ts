import type { ECSClient } from "@aws-sdk/client-ecs";
import { type FamilyRecord, noteService, type Records } from "./familyRecord";
import type { Retry } from "../../../retry";
import { describeServices } from "./services";

export const deploymentOnlyModule = true;

/**
 * Checks whether the last service that a move waits for still exists: ECS has no event for the deletion of a service.
 * Returns the record after that.
 */
export async function recordDeleted(
  record: FamilyRecord,
  { ecs, records }: { readonly ecs: ECSClient; readonly records: Records },
  retry: Retry,
): Promise<FamilyRecord> {
  const [arn, ...others] = Object.keys(record.services).filter(
    (one) => record.services[one] === "moving",
  );
  if (arn === undefined || others.length > 0) return record;
  // arn:aws:ecs:<region>:<account>:service/<cluster>/<name>
  const [, cluster = "", name = ""] = arn.split("/");
  const [service] = await describeServices(ecs, cluster, [name], retry);
  if (service?.status === "ACTIVE") return record;
  return noteService(records, record, { arn, state: "completed" });
}
