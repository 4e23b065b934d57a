import { isDeepStrictEqual } from "node:util";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { DEFAULTS_KEY } from "../diff";
import type { Properties } from "../types";
import { fromStruct, plain, plainProperties, secretKeys, toStruct, withSecrets } from "../values";

/** A property map as the engine sent it: as it is on the wire, and without the marks of secrets. */
export interface Received {
  readonly marked: Properties;
  readonly values: Properties;
}

export function received(struct: Struct | undefined): Received {
  const marked = fromStruct(struct);
  return { marked, values: plainProperties(marked) };
}

/**
 * Values to send back, secret wherever one of the maps they come from said so: a value that has not
 * changed keeps its marks exactly, any other is marked as a whole.
 */
export function copySecretMarks(values: Properties, ...sources: readonly Properties[]): Struct {
  const secrets = new Set(sources.flatMap(secretKeys));
  const kept = Object.entries(values).map(([key, value]): [string, unknown] => {
    const same = sources.find((source) => isDeepStrictEqual(plain(source[key]), value));
    return [key, same ? same[key] : value];
  });
  const changed = [...secrets].filter(
    (key) => secretKeys({ key: Object.fromEntries(kept)[key] }).length === 0,
  );
  return toStruct(withSecrets(Object.fromEntries(kept), changed));
}

/** Inputs as they are seen among the outputs. */
export function visibleInputs(inputs: Properties): Properties {
  const { [DEFAULTS_KEY]: _names, ...visible } = inputs;
  return visible;
}
