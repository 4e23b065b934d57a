import type {
  ContainerDefinition,
  PortMapping,
  RegisterTaskDefinitionRequest,
} from "@aws-sdk/client-ecs";
import { clientError } from "./errors";
import { cpuUnits, isFargateSize, memoryMib } from "./fargateSizes";

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const MAX_BYTES = 65_536;
const MAX_CONTAINERS = 10;
const MIN_MEMORY_MIB = 6;

/** Refuses invalid input as RegisterTaskDefinition does. @throws ClientException */
export function checkTaskDefinition(input: RegisterTaskDefinitionRequest): void {
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(input.family ?? ""))
    throw clientError(
      "Family should not be null or empty and can contain up to 255 letters (uppercase and lowercase), " +
        "numbers, underscores, and hyphens.",
    );
  if (Buffer.byteLength(JSON.stringify(input)) > MAX_BYTES)
    throw clientError(
      `Actual length: '${JSON.stringify(input).length}'. Max allowed length is '65536' bytes.`,
    );
  const containers = input.containerDefinitions ?? [];
  if (containers.length === 0) throw clientError("Container list cannot be empty.");
  if (containers.length > MAX_CONTAINERS)
    throw clientError(`Task definitions can have at most ${MAX_CONTAINERS} containers.`);
  checkContainers(containers, input);
  checkNetworkMode(input);
  if (input.requiresCompatibilities?.includes("FARGATE")) checkFargate(input);
}

/** Returns the reason why the definition cannot run on Fargate; undefined if it can. */
export function fargateProblem(input: RegisterTaskDefinitionRequest): string | undefined {
  if (input.networkMode !== "awsvpc") return "Fargate only supports network mode ‘awsvpc’.";
  const cpu = cpuUnits(input.cpu);
  const memory = memoryMib(input.memory);
  if (cpu === undefined) return "Fargate requires that 'cpu' be defined at the task level.";
  if (memory === undefined) return "Fargate requires that 'memory' be defined at the task level.";
  if (!isFargateSize(cpu, memory))
    return `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`;
  const containers = input.containerDefinitions ?? [];
  if (containers.some(({ privileged }) => privileged))
    return "When networkMode=awsvpc and Fargate is required, the parameter 'privileged' is not supported.";
  const awslogs = containers.some(
    ({ logConfiguration }) => logConfiguration?.logDriver === "awslogs",
  );
  if (awslogs && !input.executionRoleArn)
    return "Fargate requires task definition to have execution role ARN to support log driver awslogs.";
  if (containers.some(({ secrets }) => secrets?.length) && !input.executionRoleArn)
    return "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.";
  return undefined;
}

function checkFargate(input: RegisterTaskDefinitionRequest): void {
  const problem = fargateProblem(input);
  if (problem !== undefined) throw clientError(problem);
}

function checkContainers(
  containers: readonly ContainerDefinition[],
  input: RegisterTaskDefinitionRequest,
): void {
  const names = new Set<string>();
  for (const container of containers) {
    if (!container.name) throw clientError("Container.name should not be null or empty.");
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(container.name))
      throw clientError(`Container name contains invalid characters: '${container.name}'.`);
    if (names.has(container.name))
      throw clientError(`Container.name contains duplicates: '${container.name}'.`);
    names.add(container.name);
    if (!container.image) throw clientError("Container.image should not be null or empty.");
    if (!/^[A-Za-z0-9\-_.:/@#]{1,255}$/.test(container.image))
      throw clientError(`Container.image contains invalid characters.`);
    checkMemory(container, input.memory);
    for (const mapping of container.portMappings ?? []) checkPort(mapping, input.networkMode);
  }
  if (containers.every(({ essential }) => essential === false))
    throw clientError("Task definition must have at least one essential container.");
  checkDependencies(containers, names);
  checkMounts(containers, input);
}

function checkMemory(container: ContainerDefinition, taskMemory: string | undefined): void {
  const { name, memory, memoryReservation } = container;
  if (taskMemory === undefined && !memory && !memoryReservation)
    throw clientError(
      `Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    );
  for (const value of [memory, memoryReservation])
    if (value !== undefined && value < MIN_MEMORY_MIB)
      throw clientError(
        `Invalid setting for container '${name}'. 'memory' must be at least ${MIN_MEMORY_MIB}.`,
      );
  if (memory !== undefined && memoryReservation !== undefined && memoryReservation > memory)
    throw clientError(
      `Invalid setting for container '${name}'. 'memoryReservation' must not be greater than 'memory'.`,
    );
}

function checkPort({ containerPort, hostPort, protocol }: PortMapping, mode?: string): void {
  if (containerPort !== undefined && (containerPort < 1 || containerPort > 65_535))
    throw clientError(`Invalid container port: ${containerPort}.`);
  if (protocol !== undefined && !["tcp", "udp"].includes(protocol))
    throw clientError(`Invalid protocol: ${protocol}.`);
  if (mode === "awsvpc" && hostPort !== undefined && hostPort !== containerPort)
    throw clientError(
      "When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
    );
}

function checkDependencies(
  containers: readonly ContainerDefinition[],
  names: ReadonlySet<string>,
): void {
  for (const { name, dependsOn = [] } of containers)
    for (const { containerName = "" } of dependsOn)
      if (!names.has(containerName) || containerName === name)
        throw clientError(`Invalid 'dependsOn' setting for container '${name}'.`);
}

function checkMounts(
  containers: readonly ContainerDefinition[],
  { volumes = [] }: RegisterTaskDefinitionRequest,
): void {
  for (const { mountPoints = [] } of containers)
    for (const { sourceVolume } of mountPoints)
      if (!volumes.some(({ name }) => name === sourceVolume))
        throw clientError(`Unknown volume '${sourceVolume}'.`);
}

function checkNetworkMode({ networkMode }: RegisterTaskDefinitionRequest): void {
  if (networkMode !== undefined && !["bridge", "host", "awsvpc", "none"].includes(networkMode))
    throw clientError(`Invalid network mode: ${networkMode}.`);
}
