import { notFound } from "./apiErrors";
import type { PatchRule } from "./patch";

/**
 * Returns rules for `/<member>/<key>`: add and replace set an entry, remove deletes it. Like on AWS, the member
 * disappears with its last entry.
 */
export function mapRule<Target, Value>(
  path: string,
  entries: {
    read(target: Target): Record<string, Value> | undefined;
    write(target: Target, map: Record<string, Value> | undefined): void;
    parse(value: string | undefined, key: string, target: Target): Value;
    /** Text of the 404 error when the entry to remove does not exist; absent: removing it has no effect. */
    missing?: string;
    /** Text of the 404 error when the entry to replace does not exist; absent: it is added. */
    notReplaceable?: string;
  },
): PatchRule<Target> {
  return {
    path: `${path}/{}`,
    ops: ["add", "replace", "remove"],
    apply(target, { op, names: [key], value }) {
      const map = { ...entries.read(target) };
      if (op === "replace" && !(key in map) && entries.notReplaceable !== undefined)
        throw notFound(entries.notReplaceable);
      if (op !== "remove") map[key] = entries.parse(value, key, target);
      else if (key in map) delete map[key];
      else if (entries.missing !== undefined) throw notFound(entries.missing);
      entries.write(target, Object.keys(map).length > 0 ? map : undefined);
    },
  };
}

/** Returns rules for a list whose path names a value: `/<member>/<escaped value>`. */
export function listRule<Target>(
  path: string,
  list: {
    read(target: Target): string[] | undefined;
    write(target: Target, list: string[] | undefined): void;
    missing?: string;
  },
): PatchRule<Target> {
  return {
    path: `${path}/{}`,
    ops: ["add", "replace", "remove"],
    apply(target, { op, names: [name], value }) {
      const old = list.read(target) ?? [];
      if (op === "remove" && !old.includes(name) && list.missing !== undefined)
        throw notFound(list.missing);
      const without = old.filter((item) => item !== name);
      const added = op === "add" ? name : op === "replace" ? (value ?? name) : undefined;
      const next = added === undefined ? without : [...without, added];
      list.write(target, next.length > 0 ? next : undefined);
    },
  };
}

/** Returns the rule for a list that a value is added to, or removed from. */
export function valueListRule<Target>(
  path: string,
  list: {
    read(target: Target): string[] | undefined;
    write(target: Target, list: string[] | undefined): void;
  },
): PatchRule<Target> {
  return {
    path,
    ops: ["add", "remove"],
    apply(target, { op, value = "" }) {
      const others = (list.read(target) ?? []).filter((item) => item !== value);
      const next = op === "add" ? [...others, value] : others;
      list.write(target, next.length > 0 ? next : undefined);
    },
  };
}
