import { setMember } from "../../core/setMember";
import { checkDepth, malformed } from "../malformed";
import {
  type Fields,
  type Member,
  memberOf,
  membersOf,
  type Schema,
  valueSchemaOf,
} from "../model/schema";

/** How one self-describing format (JSON, CBOR) writes names and scalars; the structure is the same. */
export interface ValueFormat {
  memberName(name: string, member: Schema): string;
  read(schema: Schema, value: unknown): unknown;
  write(schema: Schema, value: unknown): unknown;
}

/**
 * Converts parsed JSON or CBOR to a shape's value; as on AWS, members that the schema lacks are dropped. Throws
 * SerializationException for a value of the wrong type.
 */
export function readValue(format: ValueFormat, schema: Schema, value: unknown, depth = 0): unknown {
  checkDepth(depth);
  if (schema.isDocumentSchema()) return value;
  if (schema.isStructSchema()) return readStructure(format, schema, value, depth);
  if (schema.isListSchema()) {
    const item = valueSchemaOf(schema);
    return expectList(value).map((entry) => readPresent(format, item, entry, depth));
  }
  if (schema.isMapSchema()) {
    const item = valueSchemaOf(schema);
    const map = expectStructure(value);
    const read: Fields = {};
    for (const key of Object.keys(map))
      setMember(read, key, readPresent(format, item, map[key], depth));
    return read;
  }
  return format.read(schema, value);
}

/** Converts a shape's value to its JSON or CBOR form. */
export function writeValue(format: ValueFormat, schema: Schema, value: unknown): unknown {
  if (value === undefined || value === null || schema.isDocumentSchema()) return value;
  if (schema.isStructSchema()) return writeStructure(format, schema, value as Fields);
  if (schema.isListSchema()) {
    const item = valueSchemaOf(schema);
    return (value as readonly unknown[]).map((entry) => writeValue(format, item, entry));
  }
  if (schema.isMapSchema()) {
    const item = valueSchemaOf(schema);
    const map = value as Fields;
    const written: Fields = {};
    for (const key of Object.keys(map)) setMember(written, key, writeValue(format, item, map[key]));
    return written;
  }
  return format.write(schema, value);
}

function writeStructure(format: ValueFormat, schema: Schema, fields: Fields): Fields {
  const written: Fields = {};
  for (const [name, member] of presentMembers(schema, fields)) {
    const field = fields[name];
    if (field !== undefined && field !== null)
      written[format.memberName(name, member)] = writeValue(format, member, field);
  }
  return written;
}

/** Finds a union's only member by its name: trying all of them is slow for the ten of DynamoDB's AttributeValue. */
function presentMembers(schema: Schema, fields: Fields): readonly Member[] {
  if (!schema.isUnionSchema()) return membersOf(schema);
  const names = Object.keys(fields);
  if (names.length !== 1) return membersOf(schema);
  const member = memberOf(schema, names[0]);
  return member ? [[names[0], member]] : [];
}

function readStructure(format: ValueFormat, schema: Schema, value: unknown, depth: number): Fields {
  const source = expectStructure(value);
  const fields: Fields = {};
  for (const [name, member] of membersOf(schema)) {
    const wireName = format.memberName(name, member);
    if (!Object.hasOwn(source, wireName)) continue;
    const field = source[wireName];
    // AWS treats a null member as absent.
    if (field !== null) fields[name] = readValue(format, member, field, depth + 1);
  }
  return fields;
}

function readPresent(format: ValueFormat, item: Schema, value: unknown, depth: number): unknown {
  if (value !== null) return readValue(format, item, value, depth + 1);
  if (item.isDocumentSchema()) return null;
  throw malformed("Unexpected null in a list or map.");
}

function expectStructure(value: unknown): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw malformed(
    Array.isArray(value) ? "Start of list found where not expected" : unexpected(value),
  );
}

function expectList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw malformed(
    typeof value === "object" && value !== null
      ? "Start of structure or map found where not expected"
      : unexpected(value),
  );
}

function unexpected(value: unknown): string {
  return `Unexpected ${kindOf(value)} where a list, structure or map was expected`;
}

/** Returns AWS's name for a scalar of the wrong type, e.g. `NUMBER_VALUE`. */
export function kindOf(value: unknown): string {
  if (typeof value === "boolean") return value ? "TRUE_VALUE" : "FALSE_VALUE";
  if (typeof value === "number" || typeof value === "bigint") return "NUMBER_VALUE";
  if (typeof value === "string") return "STRING_VALUE";
  return value === null ? "VALUE_NULL" : "EMBEDDED_OBJECT";
}

/** Returns the error for a value of the wrong type, with the message of AWS's JSON services. */
export function wrongKind(value: unknown, expected: string): Error {
  if (Array.isArray(value)) return malformed("Start of list found where not expected");
  if (typeof value === "object" && value !== null)
    return malformed("Start of structure or map found where not expected");
  return malformed(`${kindOf(value)} can not be converted to a ${expected}`);
}
