import type { Target } from "@aws-sdk/client-eventbridge";
import { AwsError } from "../../../core/errors";
import type { Delivery } from "./deliver";

/**
 * Returns the RunTask request of an ECS target. Only an input that the rule itself sets is passed on, as the task's
 * overrides. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_EcsParameters.html
 */
export function runTaskInput({ rule, target, input }: Delivery): object {
  const { TaskDefinitionArn, TaskCount, NetworkConfiguration, ...parameters } =
    target.EcsParameters ?? { TaskDefinitionArn: undefined };
  const network = NetworkConfiguration?.awsvpcConfiguration;
  return {
    cluster: target.Arn,
    taskDefinition: TaskDefinitionArn,
    count: TaskCount ?? 1,
    launchType: parameters.LaunchType,
    platformVersion: parameters.PlatformVersion,
    group: parameters.Group,
    capacityProviderStrategy: parameters.CapacityProviderStrategy,
    enableECSManagedTags: parameters.EnableECSManagedTags,
    enableExecuteCommand: parameters.EnableExecuteCommand,
    placementConstraints: parameters.PlacementConstraints,
    placementStrategy: parameters.PlacementStrategy,
    propagateTags: parameters.PropagateTags,
    referenceId: parameters.ReferenceId,
    tags: parameters.Tags?.map(({ Key, Value }) => ({ key: Key, value: Value })),
    startedBy: `events-rule/${rule.name}`.slice(0, 36),
    ...(network && {
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: network.Subnets,
          securityGroups: network.SecurityGroups,
          assignPublicIp: network.AssignPublicIp,
        },
      },
    }),
    ...(hasOwnInput(target) && { overrides: overridesOf(input) }),
  };
}

function overridesOf(input: string): object {
  try {
    return JSON.parse(input) as object;
  } catch {
    throw new AwsError("ValidationException", "The input of an ECS target must be JSON.");
  }
}

function hasOwnInput({ Input, InputPath, InputTransformer }: Target): boolean {
  return Input !== undefined || InputPath !== undefined || InputTransformer !== undefined;
}
