import type { RegisterTaskDefinitionRequest, Volume } from "@aws-sdk/client-ecs";
import { checkContainers } from "./checkContainers";
import { checkDependencies } from "./checkDependencies";
import { clientError } from "../errors";
import { fargateProblem } from "./fargateProblem";
import { cpuUnits, memoryMib } from "./fargateSizes";

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const MAX_BYTES = 65_536;
const MAX_CONTAINERS = 10;

/** CPU units of a task: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html */
const MIN_CPU = 128;
const MAX_CPU = 196_608;

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
  checkRoles(input);
  checkVolumes(input.volumes);
  checkContainers(containers, input);
  checkDependencies(containers);
  const problem = input.requiresCompatibilities?.includes("FARGATE") && fargateProblem(input);
  if (problem) throw clientError(problem);
  checkSize(input);
}

/** A role is given by name or by ARN; an ARN must be that of a role. */
function checkRoles({ taskRoleArn, executionRoleArn }: RegisterTaskDefinitionRequest): void {
  for (const role of [taskRoleArn, executionRoleArn])
    if (role?.startsWith("arn:") && !/^arn:[a-z-]+:iam::\d{12}:role\/\S+$/.test(role))
      throw clientError("Role is not valid");
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Volume.html */
function checkVolumes(volumes: readonly Volume[] = []): void {
  for (const { name = "" } of volumes)
    if (!/^[A-Za-z0-9_-]{0,255}$/.test(name))
      throw clientError(
        `The volume name '${name}' is invalid: up to 255 letters, numbers, underscores, and hyphens are allowed.`,
      );
}

/**
 * Checks the task's own size, and that its containers fit into it.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
 */
function checkSize(input: RegisterTaskDefinitionRequest): void {
  const { containerDefinitions: containers = [] } = input;
  const cpu = cpuUnits(input.cpu);
  const memory = memoryMib(input.memory);
  if (input.cpu !== undefined && !(cpu !== undefined && cpu >= MIN_CPU && cpu <= MAX_CPU))
    throw clientError("Invalid 'cpu' setting for task.");
  if (input.memory !== undefined && !memory)
    throw clientError("Invalid 'memory' setting for task.");
  refuseSum(
    "cpu",
    cpu,
    containers.map((container) => container.cpu),
  );
  refuseSum(
    "memory",
    memory,
    containers.map((container) => container.memoryReservation ?? container.memory),
  );
}

function refuseSum(
  name: string,
  limit: number | undefined,
  parts: readonly (number | undefined)[],
): void {
  const sum = parts.reduce<number>((total, part = 0) => total + part, 0);
  if (limit !== undefined && sum > limit)
    throw clientError(
      `The sum of all container '${name}' values cannot be greater than the value of the task '${name}'.`,
    );
}
