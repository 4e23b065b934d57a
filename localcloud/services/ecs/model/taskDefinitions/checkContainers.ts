import type {
  ContainerDefinition,
  HealthCheck,
  PortMapping,
  RegisterTaskDefinitionRequest,
} from "@aws-sdk/client-ecs";
import { clientError } from "../errors";

const MIN_MEMORY_MIB = 6;
const MAX_PORT = 65_535;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
const HEALTH_CHECK_RANGES = {
  interval: [5, 300],
  timeout: [2, 60],
  retries: [1, 10],
  startPeriod: [0, 300],
} as const satisfies Partial<Record<keyof HealthCheck, readonly [number, number]>>;

/** Options without which the log driver does not work: .../APIReference/API_LogConfiguration.html */
const AWSLOGS_OPTIONS = ["awslogs-region", "awslogs-group"];

/** Refuses invalid containers. @throws ClientException */
export function checkContainers(
  containers: readonly ContainerDefinition[],
  input: RegisterTaskDefinitionRequest,
): void {
  const names = new Set<string>();
  for (const container of containers) {
    checkName(container, names);
    names.add(container.name ?? "");
    if (!container.image) throw clientError("Container.image should not be null or empty.");
    if (!/^[A-Za-z0-9\-_.:/@#]{1,255}$/.test(container.image))
      throw clientError(`Container.image contains invalid characters.`);
    checkMemory(container, input.memory);
    checkNetwork(container, input.networkMode);
    checkHealthCheck(container);
    checkLogOptions(container);
  }
  if (containers.every(({ essential }) => essential === false))
    throw clientError("Task definition must have at least one essential container.");
  checkMounts(containers, input);
}

function checkName({ name }: ContainerDefinition, taken: ReadonlySet<string>): void {
  if (!name) throw clientError("Container.name should not be null or empty.");
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name))
    throw clientError(`Container name contains invalid characters: '${name}'.`);
  if (taken.has(name)) throw clientError(`Container.name contains duplicates: '${name}'.`);
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

/** Links exist in bridge mode only, a host name and hosts of its own everywhere but under awsvpc. */
function checkNetwork(container: ContainerDefinition, mode = "bridge"): void {
  const { portMappings = [], links = [], hostname, extraHosts = [] } = container;
  if (links.length > 0 && mode !== "bridge")
    throw clientError(`Links are not supported when networkMode=${mode}.`);
  if (hostname !== undefined && mode === "awsvpc")
    throw clientError("hostname is not supported on container when networkMode=awsvpc.");
  if (extraHosts.length > 0 && mode === "awsvpc")
    throw clientError("extraHosts is not supported on container when networkMode=awsvpc.");
  if (portMappings.length > 0 && mode === "none")
    throw clientError("Port mappings are not supported when networkMode=none.");
  for (const mapping of portMappings) checkPort(mapping, mode);
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html */
function checkPort({ containerPort, hostPort, protocol }: PortMapping, mode: string): void {
  if (containerPort !== undefined && (containerPort < 1 || containerPort > MAX_PORT))
    throw clientError(`Invalid container port: ${containerPort}.`);
  if (hostPort !== undefined && (hostPort < 0 || hostPort > MAX_PORT))
    throw clientError(`Invalid host port: ${hostPort}.`);
  if (protocol !== undefined && !["tcp", "udp"].includes(protocol))
    throw clientError(`Invalid protocol: ${protocol}.`);
  // Zero counts as left blank.
  if (["awsvpc", "host"].includes(mode) && hostPort && hostPort !== containerPort)
    throw clientError(
      `When networkMode=${mode}, the host ports and container ports in port mappings must match.`,
    );
}

function checkHealthCheck({ name, healthCheck }: ContainerDefinition): void {
  for (const key of ["interval", "timeout", "retries", "startPeriod"] as const) {
    const [min, max] = HEALTH_CHECK_RANGES[key];
    const value = healthCheck?.[key];
    if (value !== undefined && (value < min || value > max))
      throw clientError(
        `Invalid setting for container '${name}'. The health check's ${key} must be between ${min} and ${max}.`,
      );
  }
}

function checkLogOptions({ logConfiguration }: ContainerDefinition): void {
  const { logDriver, options = {} } = logConfiguration ?? {};
  if (logDriver === "awslogs" && AWSLOGS_OPTIONS.some((option) => !options[option]))
    throw clientError(`Log driver awslogs requires options: ${AWSLOGS_OPTIONS.join(", ")}`);
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
