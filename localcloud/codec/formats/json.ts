import { decodeUtf8, malformed } from "../malformed";
import { readBlob, readTimestamp, writeBlob, writeTimestamp } from "./scalars";
import type { Schema } from "../model/schema";
import { readValue, type ValueFormat, writeValue, wrongKind } from "./values";

/** JSON of the RPC protocols: members keep their names. */
export const rpcJson: ValueFormat = {
  memberName: (name) => name,
  read: readScalar,
  write: writeScalar,
};

/** JSON of REST services: the trait jsonName can rename a member. */
export const restJson: ValueFormat = {
  ...rpcJson,
  memberName: (name, member) => member.getMergedTraits().jsonName ?? name,
};

/** Reads a shape's value from a JSON body; an empty body is an empty structure. */
export function readJson(format: ValueFormat, schema: Schema, body: Uint8Array): unknown {
  if (schema.isUnitSchema()) return {};
  return readValue(format, schema, body.length === 0 ? {} : parseJson(decodeUtf8(body)));
}

export function writeJson(format: ValueFormat, schema: Schema, value: object): string {
  return schema.isUnitSchema() ? "{}" : JSON.stringify(writeValue(format, schema, value));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : "Malformed JSON.");
  }
}

function readScalar(schema: Schema, value: unknown): unknown {
  if (schema.isStringSchema()) {
    if (typeof value !== "string") throw wrongKind(value, "String");
    return value;
  }
  if (schema.isBooleanSchema()) {
    if (typeof value !== "boolean") throw wrongKind(value, "Boolean");
    return value;
  }
  if (schema.isBlobSchema()) {
    if (typeof value !== "string") throw wrongKind(value, "Blob");
    return readBlob(value);
  }
  if (schema.isTimestampSchema()) {
    if (typeof value !== "string" && typeof value !== "number") throw wrongKind(value, "Timestamp");
    return readTimestamp(value);
  }
  return readNumeric(schema, value);
}

/**
 * Reads a number. JSON has no NaN or Infinity, so Smithy writes them as strings. The schema does not distinguish
 * longs from doubles.
 */
function readNumeric(schema: Schema, value: unknown): number | bigint {
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
  if (typeof value !== "number") throw wrongKind(value, "Number");
  return schema.isBigIntegerSchema() && Number.isInteger(value) ? BigInt(value) : value;
}

function writeScalar(schema: Schema, value: unknown): unknown {
  if (schema.isTimestampSchema()) return writeTimestamp(schema, value, "epoch-seconds");
  if (schema.isBlobSchema()) return writeBlob(value);
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return typeof value === "bigint" ? Number(value) : value;
}
