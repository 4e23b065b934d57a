import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Properties } from "./types";

/** Marks a special value in a property map; the constants are Pulumi's wire protocol. */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";
export const SECRET = "1b47061264138c4ac30d75fd1eb44270";
export const ASSET = "c44067f5952c0a294b673a41bacd8c17";
export const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
export const RESOURCE_REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e";
export const OUTPUT_VALUE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
/** A string that stands for a value which is unknown during a preview. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function signatureOf(value: unknown): unknown {
  return isObject(value) ? value[SIGNATURE] : undefined;
}

/**
 * Returns the plain value: secrets and output values are replaced by their contents, a reference to a resource by its
 * id (a component's by its URN), like the CLI does for providers that do not accept references.
 */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  const signature = value[SIGNATURE];
  if (signature === SECRET) return plain(value.value);
  if (signature === OUTPUT_VALUE) return "value" in value ? plain(value.value) : UNKNOWN;
  if (signature === RESOURCE_REFERENCE) return "id" in value ? value.id || UNKNOWN : value.urn;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

export function plainProperties(properties: Properties): Properties {
  return plain(properties) as Properties;
}

export function containsSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(containsSecret);
  if (!isObject(value)) return false;
  const signature = value[SIGNATURE];
  if (signature === SECRET || (signature === OUTPUT_VALUE && value.secret === true)) return true;
  return Object.values(value).some(containsSecret);
}

/** Returns the names of the top-level properties that contain a secret at any depth. */
export function secretKeys(properties: Properties): string[] {
  return Object.keys(properties).filter((key) => containsSecret(properties[key]));
}

/** Returns the same properties with the named ones wrapped as secrets. */
export function withSecrets(properties: Properties, keys: Iterable<string>): Properties {
  const result = { ...properties };
  for (const key of keys)
    if (result[key] !== undefined && signatureOf(result[key]) !== SECRET)
      result[key] = { [SIGNATURE]: SECRET, value: result[key] };
  return result;
}

export function containsUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(containsUnknown);
  if (isObject(value)) return Object.values(value).some(containsUnknown);
  return value === UNKNOWN;
}

export function toStruct(properties: Properties): Struct {
  return Struct.fromJavaScript(dropUndefined(properties) as { [key: string]: JavaScriptValue });
}

export function fromStruct(struct: Struct | undefined): Properties {
  return struct?.toJavaScript() ?? {};
}

/** Removes members with `undefined`, which a Struct cannot contain. */
function dropUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => dropUndefined(item) ?? null);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, dropUndefined(item)]),
  );
}
