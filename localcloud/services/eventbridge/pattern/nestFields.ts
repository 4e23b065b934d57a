import { isFields } from "./parseTest";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Converts dotted names of an event to nested fields. EventBridge identifies fields by their paths: `{"a.b": 1}` and
 * `{"a": {"b": 1}}` are the same, in patterns and in events. A path that occurs twice gets both values.
 */
export function nestFields(value: unknown): unknown {
  return hasDots(value) ? nested(value) : value;
}

/** Checks for dotted names; most events have none and stay unchanged. */
function hasDots(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasDots);
  if (!isFields(value)) return false;
  return Object.entries(value).some(([name, inner]) => name.includes(".") || hasDots(inner));
}

function nested(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(nested);
  if (!isFields(value)) return value;
  let all: Fields = {};
  for (const [name, inner] of Object.entries(value)) all = merged(all, atPath(name, nested(inner)));
  return all;
}

/** Returns `{a: {b: 1}}` for `a.b` and 1. */
export function atPath(name: string, value: unknown): Fields {
  return name
    .split(".")
    .reduceRight<unknown>((inner, part) => ({ [part]: inner }), value) as Fields;
}

function merged(one: Fields, other: Fields): Fields {
  const all: Record<string, unknown> = Object.assign(Object.create(null) as object, one);
  for (const [name, value] of Object.entries(other)) {
    const known = all[name];
    if (!(name in all)) all[name] = value;
    else if (isFields(known) && isFields(value)) all[name] = merged(known, value);
    else all[name] = [known, value].flat();
  }
  return all;
}
