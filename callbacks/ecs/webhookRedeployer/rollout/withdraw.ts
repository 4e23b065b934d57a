import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  type ECSClient,
} from "@aws-sdk/client-ecs";
import { type FamilyRecord, type Records } from "./familyRecord";
import { registeredRevision } from "./familyResult";
import { stateOf } from "./finish";
import { type Retry, retrying } from "../../../retry";

export const deploymentOnlyModule = true;

/**
 * Deregisters the revision of a move after every service was rolled back from it, if it is the latest of its family.
 * Then the latest revision is the last good one again: for the next push, which builds on it, for RunTask and rules
 * that name the family, and for a refresh of the program.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterTaskDefinition.html
 */
export async function withdraw(
  move: FamilyRecord,
  { ecs, records }: { readonly ecs: ECSClient; readonly records: Records },
  retry: Retry,
): Promise<void> {
  const isGoneBack = Object.values(move.services).every((state) => state === "rolledBack");
  if (stateOf(move.services) !== "rolledBack" || !isGoneBack) return;
  const taskDefinition = await registeredRevision(records, move);
  if (taskDefinition === undefined) return;
  const latest = await retrying(retry, () =>
    ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: move.family })),
  );
  if (latest.taskDefinition?.taskDefinitionArn !== taskDefinition) return;
  await retrying(retry, () => ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition })));
  console.log("withdrawn", { family: move.family, taskDefinition });
}
