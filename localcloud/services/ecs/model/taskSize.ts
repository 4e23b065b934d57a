import type { PortMapping, TaskDefinition } from "@aws-sdk/client-ecs";
import type { TaskSize } from "./model";

/**
 * What ECS sets aside for a task on an instance: its own CPU and memory, or those of its containers together, of which a
 * soft limit counts before a hard one.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
export function taskSize(definition: TaskDefinition): TaskSize {
  const { containerDefinitions: containers = [], networkMode = "bridge" } = definition;
  const sum = (values: readonly (number | undefined)[]): number =>
    values.reduce<number>((total, value = 0) => total + value, 0);
  const mappings = containers.flatMap(({ portMappings = [] }) => portMappings);
  return {
    cpu: units(definition.cpu) ?? sum(containers.map(({ cpu }) => cpu)),
    memory:
      units(definition.memory) ??
      sum(containers.map(({ memory, memoryReservation }) => memoryReservation ?? memory)),
    ports: networkMode === "awsvpc" ? [] : mappings.flatMap((one) => hostPort(one, networkMode)),
    interfaces: networkMode === "awsvpc" ? 1 : 0,
  };
}

/** `256`, or `1 vCPU` and `2 GB` as people may write it. */
function units(text: string | undefined): number | undefined {
  const [, number, unit] = /^([\d.]+)\s*(\w*)$/.exec(text ?? "") ?? [];
  return number === undefined ? undefined : Number(number) * (unit ? 1024 : 1);
}

/** Without a number of its own a container gets any port that is free. */
function hostPort(mapping: PortMapping, networkMode: string): string[] {
  const port = networkMode === "host" ? mapping.containerPort : mapping.hostPort;
  return port ? [`${port}/${mapping.protocol ?? "tcp"}`] : [];
}
