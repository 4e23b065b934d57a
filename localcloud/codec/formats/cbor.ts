import { CborTag, decodeCbor } from "./cborReader";
import { encodeCbor } from "./cborWriter";
import { readTimestamp } from "./scalars";
import type { Schema } from "../model/schema";
import { readValue, type ValueFormat, writeValue, wrongKind } from "./values";

/** Smithy RPC v2 CBOR, see https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html. */
const cborFormat: ValueFormat = {
  memberName: (name) => name,
  read: readScalar,
  write: (schema, value) =>
    schema.isTimestampSchema() ? new CborTag(1, new Date(value as Date).getTime() / 1000) : value,
};

/** Reads a shape's value from a CBOR body; an empty body is an empty structure. */
export function readCbor(schema: Schema, body: Uint8Array): unknown {
  if (schema.isUnitSchema()) return {};
  return readValue(cborFormat, schema, body.length === 0 ? {} : decodeCbor(body));
}

export function writeCbor(schema: Schema, value: object): Uint8Array {
  return encodeCbor(writeValue(cborFormat, schema, value));
}

/** Writes fields without a schema, e.g. of an error that is not modelled. */
export function writePlainCbor(value: object): Uint8Array {
  return encodeCbor(value);
}

/** Returns the CBOR fields of a modelled error; the caller adds `__type`. */
export function cborFields(schema: Schema, value: object): Record<string, unknown> {
  return writeValue(cborFormat, schema, value) as Record<string, unknown>;
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
    if (!(value instanceof Uint8Array)) throw wrongKind(value, "Blob");
    return value;
  }
  if (schema.isTimestampSchema()) {
    if (!(value instanceof CborTag) || value.tag !== 1 || typeof value.value !== "number")
      throw wrongKind(value, "Timestamp");
    return readTimestamp(value.value);
  }
  if (typeof value !== "number") throw wrongKind(value, "Number");
  return value;
}
