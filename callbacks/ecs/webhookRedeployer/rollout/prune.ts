import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  type ECSClient,
} from "@aws-sdk/client-ecs";
import { type Retry, retrying } from "../../../retry";
import { parseTaskDefinitionArn } from "./taskDefinition";

export const deploymentOnlyModule = true;

/** Most revisions that one delivery deregisters: registering shares their low rate limit. */
const MAX_PRUNED = 5;

export interface Pruning {
  /** ARN of the newest revision. */
  readonly newest: string;
  /** How many of the newest stay ACTIVE. */
  readonly keep: number;
  /** Revisions that something starts tasks from: ECS starts no task from an INACTIVE one. */
  readonly used: readonly number[];
}

/**
 * Deregisters the revisions of a family that are older than the newest `keep`, back to the first one that is already
 * inactive.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterTaskDefinition.html
 */
export async function prune(
  ecs: ECSClient,
  { newest, keep, used }: Pruning,
  retry: Retry,
): Promise<void> {
  const parsed = parseTaskDefinitionArn(newest);
  if (!parsed) return;
  const first = parsed.revision - keep;
  for (let revision = first; revision > Math.max(0, first - MAX_PRUNED); revision -= 1) {
    if (used.includes(revision)) continue;
    const taskDefinition = `${parsed.family}:${revision}`;
    if (!(await isActive(ecs, taskDefinition, retry))) return;
    await retrying(retry, () => ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition })));
  }
}

async function isActive(ecs: ECSClient, taskDefinition: string, retry: Retry): Promise<boolean> {
  try {
    const found = await retrying(retry, () =>
      ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition })),
    );
    return found.taskDefinition?.status === "ACTIVE";
  } catch (error) {
    if (error instanceof Error && error.name === "ClientException") return false;
    throw error;
  }
}
