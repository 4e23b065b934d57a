import {
  type ContainerInstanceStatus,
  type ECSClient,
  UpdateContainerInstancesStateCommand,
} from "@aws-sdk/client-ecs";
import { chunks } from "./readServices";

export const deploymentOnlyModule = true;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateContainerInstancesState.html */
const MOST_UPDATED = 10;

export async function setStatus(
  ecs: ECSClient,
  cluster: string,
  { arns, status }: { readonly arns: readonly string[]; readonly status: ContainerInstanceStatus },
): Promise<void> {
  for (const containerInstances of chunks(arns, MOST_UPDATED))
    await ecs.send(
      new UpdateContainerInstancesStateCommand({ cluster, containerInstances, status }),
    );
}
