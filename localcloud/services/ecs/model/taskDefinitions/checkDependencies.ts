import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { clientError } from "../errors";

/**
 * Refuses dependencies that could never be met. A container that has to exit first cannot be essential, because its
 * exit stops the task. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
 *
 * @throws ClientException
 */
export function checkDependencies(containers: readonly ContainerDefinition[]): void {
  const byName = new Map(containers.map((container) => [container.name ?? "", container]));
  for (const { name = "", dependsOn = [] } of containers) {
    for (const { containerName = "", condition } of dependsOn) {
      const needed = byName.get(containerName);
      if (!needed) throw invalid(name);
      if ((condition === "COMPLETE" || condition === "SUCCESS") && needed.essential !== false)
        throw clientError(
          "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container",
        );
    }
    if (neededBy(name, byName).has(name)) throw invalid(name);
  }
}

/** Returns the names of all containers that a container waits for, directly or not. */
function neededBy(
  name: string,
  byName: ReadonlyMap<string, ContainerDefinition>,
  found = new Set<string>(),
): ReadonlySet<string> {
  for (const { containerName = "" } of byName.get(name)?.dependsOn ?? [])
    if (!found.has(containerName)) neededBy(containerName, byName, found.add(containerName));
  return found;
}

function invalid(name: string): Error {
  return clientError(`Invalid 'dependsOn' setting for container '${name}'.`);
}
