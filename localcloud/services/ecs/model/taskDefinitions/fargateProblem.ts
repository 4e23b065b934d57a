import type { ContainerDefinition, RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import { cpuUnits, isFargateSize, memoryMib } from "./fargateSizes";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EphemeralStorage.html */
const MIN_STORAGE_GIB = 21;
const MAX_STORAGE_GIB = 200;
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html */
const MAX_STOP_SECONDS = 120;
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html */
const LOG_DRIVERS = ["awslogs", "splunk", "awsfirelens"];

/** Returns the reason why the definition cannot run on Fargate; undefined if it can. */
export function fargateProblem(input: RegisterTaskDefinitionRequest): string | undefined {
  if (input.networkMode !== "awsvpc") return "Fargate only supports network mode ‘awsvpc’.";
  const cpu = cpuUnits(input.cpu);
  const memory = memoryMib(input.memory);
  if (cpu === undefined) return "Fargate requires that 'cpu' be defined at the task level.";
  if (memory === undefined) return "Fargate requires that 'memory' be defined at the task level.";
  if (!isFargateSize(cpu, memory))
    return `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`;
  return taskProblem(input) ?? firstProblem(input);
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */
function taskProblem(input: RegisterTaskDefinitionRequest): string | undefined {
  const { volumes = [], placementConstraints = [], pidMode, ipcMode, ephemeralStorage } = input;
  if (volumes.some(({ host }) => host?.sourcePath))
    return "Fargate compatible task definitions do not support sourcePath";
  if (volumes.some(({ dockerVolumeConfiguration }) => dockerVolumeConfiguration))
    return "Fargate compatible task definitions do not support dockerVolumeConfiguration";
  if (placementConstraints.length > 0)
    return "Fargate compatible task definitions do not support placementConstraints";
  if (pidMode === "host") return "Fargate compatible task definitions do not support pidMode host";
  if (ipcMode !== undefined) return "Fargate compatible task definitions do not support ipcMode";
  const size = ephemeralStorage?.sizeInGiB;
  if (size !== undefined && (size < MIN_STORAGE_GIB || size > MAX_STORAGE_GIB))
    return `The ephemeral storage of a task must be between ${MIN_STORAGE_GIB} and ${MAX_STORAGE_GIB} GiB.`;
  return undefined;
}

function firstProblem(input: RegisterTaskDefinitionRequest): string | undefined {
  for (const container of input.containerDefinitions ?? []) {
    const problem = containerProblem(container, input.executionRoleArn);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function containerProblem(
  container: ContainerDefinition,
  executionRoleArn: string | undefined,
): string | undefined {
  const { logConfiguration, secrets, resourceRequirements = [], stopTimeout = 0 } = container;
  const { devices = [], sharedMemorySize } = container.linuxParameters ?? {};
  const driver = logConfiguration?.logDriver;
  if (container.privileged)
    return "When networkMode=awsvpc and Fargate is required, the parameter 'privileged' is not supported.";
  if (driver !== undefined && !LOG_DRIVERS.includes(driver))
    return `Fargate compatible task definitions do not support the log driver ${driver}`;
  if (driver === "awslogs" && !executionRoleArn)
    return "Fargate requires task definition to have execution role ARN to support log driver awslogs.";
  if (secrets?.length && !executionRoleArn)
    return "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.";
  if (resourceRequirements.some(({ type }) => type === "GPU"))
    return "Fargate compatible task definitions do not support GPU";
  if (devices.length > 0) return "Fargate compatible task definitions do not support devices";
  if (sharedMemorySize !== undefined)
    return "Fargate compatible task definitions do not support sharedMemorySize";
  if (stopTimeout > MAX_STOP_SECONDS)
    return `The stop timeout of a container on Fargate must be at most ${MAX_STOP_SECONDS} seconds.`;
  return undefined;
}
