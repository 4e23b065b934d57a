import { isDeepStrictEqual } from "node:util";
import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { isObject } from "../values";

/**
 * The containers that AWS has, written as the program wrote them: ECS fills in what was left out, and that is no
 * difference. What differs indeed is AWS's.
 */
export function sameContainers(
  given: string | undefined,
  found: readonly ContainerDefinition[] | undefined,
): string {
  const olds = given === undefined ? [] : (JSON.parse(given) as ContainerDefinition[]);
  const merged = (found ?? []).map((container) =>
    merge(olds.find(({ name }) => name === container.name) ?? {}, container),
  );
  return given !== undefined && isDeepStrictEqual(merged, olds) ? given : JSON.stringify(merged);
}

/** What ECS chooses for members that are left out. */
const DEFAULTS: Readonly<Record<string, unknown>> = { essential: true, protocol: "tcp" };

function merge(old: object, now: object): object {
  const members = [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((key) => {
    const [before, after]: [unknown, unknown] = [Reflect.get(old, key), Reflect.get(now, key)];
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

/** A value without what says nothing: defaults, empty lists, and the order of lists of names. */
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
