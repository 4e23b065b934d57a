import { isDeepStrictEqual } from "node:util";
import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { isObject } from "../../values";

/**
 * Parses the containers in a program's text. The real provider ignores the case of the first letter of names, and task
 * definitions from CloudFormation use `Name` and `Image`.
 */
export function parseContainers(text: string): ContainerDefinition[] {
  return decapitalize(JSON.parse(text)) as ContainerDefinition[];
}

/** Maps whose keys the program chooses. */
const FREE_MAPS: readonly string[] = ["dockerLabels", "options", "driverOpts", "labels"];

function decapitalize(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decapitalize);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const name = key.charAt(0).toLowerCase() + key.slice(1);
      return [name, FREE_MAPS.includes(name) ? member : decapitalize(member)];
    }),
  );
}

/**
 * Returns the containers from AWS in the program's form: values that ECS filled in do not count as a difference. Real
 * differences are taken from AWS.
 */
export function sameContainers(
  given: string | undefined,
  found: readonly ContainerDefinition[] | undefined,
  networkMode: string | undefined,
): string {
  const olds = given === undefined ? [] : parseContainers(given);
  const merged = (found ?? []).map((container) => {
    const old = olds.find(({ name }) => name === container.name);
    return old
      ? merge(old, withoutImpliedPorts(old, container, networkMode))
      : merge({}, container);
  });
  return given !== undefined && isDeepStrictEqual(merged, olds) ? given : JSON.stringify(merged);
}

/**
 * Removes host ports that ECS fills in: under awsvpc and host they equal the container port.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html
 */
function withoutImpliedPorts(
  old: ContainerDefinition,
  now: ContainerDefinition,
  networkMode: string | undefined,
): ContainerDefinition {
  if (now.portMappings === undefined || !["awsvpc", "host"].includes(networkMode ?? "")) return now;
  const isWritten = (containerPort: number | undefined): boolean =>
    (old.portMappings ?? []).some(
      (mapping) => mapping.containerPort === containerPort && mapping.hostPort !== undefined,
    );
  const portMappings = now.portMappings.map(({ hostPort, ...mapping }) =>
    hostPort === mapping.containerPort && !isWritten(mapping.containerPort)
      ? mapping
      : { ...mapping, hostPort },
  );
  return { ...now, portMappings };
}

/** ECS's defaults for omitted members. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  essential: true,
  protocol: "tcp",
  // Of a health check.
  interval: 30,
  retries: 3,
  timeout: 5,
};

function merge(old: object, now: object): object {
  const members = [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((key) => {
    const before: unknown = Reflect.get(old, key);
    const after: unknown = Reflect.get(now, key);
    const changed = before === undefined ? meaning(key, after) : after;
    const value = isSame(key, before, after) ? before : changed;
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(members);
}

function isSame(key: string, before: unknown, after: unknown): boolean {
  const [left, right] = [meaning(key, before), meaning(key, after)];
  return isDeepStrictEqual(left, right);
}

/** Normalizes a value for comparison: removes defaults and empty lists, and sorts lists of names. */
function meaning(key: string, value: unknown): unknown {
  if (value === undefined || value === null || value === 0 || value === DEFAULTS[key])
    return undefined;
  if (Array.isArray(value)) {
    if (value.length === 0) return undefined;
    const members = value.map((member) => meaning("", member));
    const isNamed = value.every((member) => isObject(member) && "name" in member);
    return isNamed ? [...members].sort((a, b) => (text(a) < text(b) ? -1 : 1)) : members;
  }
  if (!isObject(value)) return value;
  const members = Object.entries(value)
    .map(([name, member]) => [name, meaning(name, member)] as const)
    .filter(([, member]) => member !== undefined);
  return Object.fromEntries(members);
}

function text(value: unknown): string {
  return String(Reflect.get(Object(value), "name"));
}
