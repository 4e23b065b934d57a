import { isDeepStrictEqual } from "node:util";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { DEFAULTS_KEY } from "../diff";
import type { Properties } from "../types";
import { fromStruct, plain, plainProperties, secretKeys, toStruct, withSecrets } from "../values";

/** A property map from the engine: as sent, and without the marks of secrets. */
export interface Received {
  readonly marked: Properties;
  readonly values: Properties;
}

export function received(struct: Struct | undefined): Received {
  const marked = fromStruct(struct);
  return { marked, values: plainProperties(marked) };
}

/**
 * Returns values to send back, secret if one of their source maps marks them so: an unchanged value keeps exactly its
 * marks, any other is marked as a whole.
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

/** Returns inputs as they appear among the outputs. */
export function visibleInputs(inputs: Properties): Properties {
  const { [DEFAULTS_KEY]: _names, ...visible } = inputs;
  return visible;
}
