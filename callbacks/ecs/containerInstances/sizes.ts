import type { PortMapping, Resource, Task, TaskDefinition } from "@aws-sdk/client-ecs";
import type { Size } from "./fit";

export const deploymentOnlyModule = true;

/** Returns the registered or remaining resources of an instance; its interfaces follow from its type. */
export function resourceSize(resources: readonly Resource[] = [], interfaces: number): Size {
  const find = (name: string): Resource | undefined => resources.find((one) => one.name === name);
  const ports = (name: string, protocol: string): string[] =>
    (find(name)?.stringSetValue ?? []).map((port) => `${port}/${protocol}`);
  return {
    cpu: find("CPU")?.integerValue ?? 0,
    memory: find("MEMORY")?.integerValue ?? 0,
    gpu: find("GPU")?.stringSetValue?.length ?? 0,
    interfaces,
    ports: [...ports("PORTS", "tcp"), ...ports("PORTS_UDP", "udp")],
  };
}

/** Returns the size of a placed task. */
export function taskSize({ cpu, memory, containers = [], attachments = [] }: Task): Size {
  return {
    ...cpuAndMemory({ cpu, memory }, containers),
    gpu: containers.reduce((total, { gpuIds = [] }) => total + gpuIds.length, 0),
    interfaces: attachments.some(({ type }) => type === "ElasticNetworkInterface") ? 1 : 0,
    ports: containers.flatMap(({ networkBindings = [] }) =>
      networkBindings.map(({ hostPort, protocol = "tcp" }) => `${hostPort}/${protocol}`),
    ),
  };
}

/**
 * Returns the size of a task to start: its own CPU and memory, or the sum of its containers', where a soft limit counts
 * before a hard one. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
export function definitionSize(definition: TaskDefinition): Size {
  const { containerDefinitions: containers = [], networkMode = "bridge", cpu, memory } = definition;
  const mappings = containers.flatMap(({ portMappings = [] }) => portMappings);
  return {
    ...cpuAndMemory({ cpu, memory }, containers),
    gpu: sum(
      containers.flatMap(({ resourceRequirements = [] }) =>
        resourceRequirements.filter(({ type }) => type === "GPU").map(({ value }) => Number(value)),
      ),
    ),
    interfaces: networkMode === "awsvpc" ? 1 : 0,
    ports: networkMode === "awsvpc" ? [] : mappings.flatMap((one) => hostPort(one, networkMode)),
  };
}

/** In a task definition ECS returns numbers, in a running task strings. */
interface Reserved {
  readonly cpu?: string | number;
  readonly memory?: string | number;
  readonly memoryReservation?: string | number;
}

/** Returns the task's own CPU and memory, or the sum of its containers'. */
function cpuAndMemory(
  { cpu, memory }: Reserved,
  containers: readonly Reserved[],
): Pick<Size, "cpu" | "memory"> {
  return {
    cpu: Number(cpu ?? sum(containers.map((one) => one.cpu))),
    memory: Number(memory ?? sum(containers.map((one) => one.memoryReservation ?? one.memory))),
  };
}

function sum(values: readonly (string | number | undefined)[]): number {
  return values.reduce<number>((total, value) => total + Number(value ?? 0), 0);
}

/** Without a fixed host port a container gets any free port. */
function hostPort(mapping: PortMapping, networkMode: string): string[] {
  const port = networkMode === "host" ? mapping.containerPort : mapping.hostPort;
  return port ? [`${port}/${mapping.protocol ?? "tcp"}`] : [];
}
