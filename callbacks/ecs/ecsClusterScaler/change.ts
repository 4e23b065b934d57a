import {
  type AutoScalingClient,
  SetDesiredCapacityCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  type CapacityProvider,
  DescribeCapacityProvidersCommand,
  type ECSClient,
} from "@aws-sdk/client-ecs";
import { refusal } from "../scaling/scaled";

export const deploymentOnlyModule = true;

/** Returns why the scaler must not scale a group; undefined when no capacity provider scales it. */
export function managedProblem(
  providers: readonly CapacityProvider[],
  group: { readonly arn: string; readonly name: string },
): string | undefined {
  const manager = providers.find(({ autoScalingGroupProvider: provider }) => {
    const named = provider?.autoScalingGroupArn;
    const isIt = named === group.arn || named === group.name;
    return isIt && provider?.managedScaling?.status === "ENABLED";
  });
  if (!manager) return undefined;
  return (
    `The capacity provider ${manager.name} scales the group ${group.name}, and would undo every change; end it with ` +
    `'aws ecs update-capacity-provider --name ${manager.name} --auto-scaling-group-provider ` +
    "managedScaling={status=DISABLED}', or destroy the scaler."
  );
}

/** @throws Error named ScalingRefused when ECS itself scales the group. */
export async function refuseManaged(
  ecs: ECSClient,
  group: { readonly arn: string; readonly name: string },
): Promise<void> {
  const providers: CapacityProvider[] = [];
  let nextToken: string | undefined;
  do {
    const page = await ecs.send(new DescribeCapacityProvidersCommand({ nextToken }));
    providers.push(...(page.capacityProviders ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  const problem = managedProblem(providers, group);
  if (problem !== undefined) throw refusal(problem);
}

export async function setDesiredCapacity(
  client: AutoScalingClient,
  AutoScalingGroupName: string,
  { desired, maxSize }: { readonly desired: number; readonly maxSize: number },
): Promise<void> {
  if (desired > maxSize)
    throw refusal(
      `${desired} instances are wanted, and the group ${AutoScalingGroupName} has a MaxSize of ${maxSize}; raise it, or lower the scaler's max.`,
    );
  await client.send(
    new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: desired }),
  );
}

/** Terminates one chosen instance without starting another in its place: no other call can choose the instance. */
export async function endInstance(client: AutoScalingClient, InstanceId: string): Promise<void> {
  await client.send(
    new TerminateInstanceInAutoScalingGroupCommand({
      InstanceId,
      ShouldDecrementDesiredCapacity: true,
    }),
  );
}
