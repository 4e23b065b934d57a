import type { PortMapping, TaskDefinition } from "@aws-sdk/client-ecs";
import type { TaskSize } from "../model";

/**
 * Returns the resources that ECS reserves for a task on an instance: the task's CPU and memory, or the sum of its
 * containers', for which a soft memory limit takes precedence over a hard one.
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

/** Parses `256`, or the alternative notations `1 vCPU` and `2 GB`. */
function units(text: string | undefined): number | undefined {
  const [, number, unit] = /^([\d.]+)\s*(\w*)$/.exec(text ?? "") ?? [];
  return number === undefined ? undefined : Number(number) * (unit ? 1024 : 1);
}

/** Returns the host port. A container without a fixed host port gets any free one. */
function hostPort(mapping: PortMapping, networkMode: string): string[] {
  const port = networkMode === "host" ? mapping.containerPort : mapping.hostPort;
  return port ? [`${port}/${mapping.protocol ?? "tcp"}`] : [];
}
