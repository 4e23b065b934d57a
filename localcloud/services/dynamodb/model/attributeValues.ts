import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { setMember } from "../../../core/setMember";

/** JSON as dynalite uses it: DynamoDB's wire format, with binary values in base64. */
export type WireObject = Record<string, unknown>;

/** An item or a key in wire format. */
export type WireItem = Record<string, WireObject>;

/** An item or a key in the SDK's shape. */
export type Item = Record<string, AttributeValue>;

/**
 * Returns a deep copy in wire format: bytes become base64, undefined members are removed. Attribute values need no
 * special case, because their wire format has no other difference.
 */
export function toWire(value: object): WireObject {
  const wire: WireObject = {};
  for (const [name, member] of Object.entries(value))
    if (member !== undefined) setMember(wire, name, memberToWire(member));
  return wire;
}

function memberToWire(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(memberToWire);
  return typeof value === "object" && value !== null ? toWire(value) : value;
}

/** Converts an item of dynalite to the SDK's shape. */
export function fromWireItem(item: WireItem): Item {
  const converted: Item = {};
  for (const name of Object.keys(item)) setMember(converted, name, fromWire(item[name]));
  return converted;
}

function fromWire(value: WireObject): AttributeValue {
  // dynalite checked the value when it was written: it has exactly one type and the right format.
  if (value.B !== undefined) return { B: Buffer.from(value.B as string, "base64") };
  if (value.BS !== undefined)
    return { BS: (value.BS as string[]).map((text) => Buffer.from(text, "base64")) };
  if (value.M !== undefined) return { M: fromWireItem(value.M as WireItem) };
  if (value.L !== undefined) return { L: (value.L as WireObject[]).map(fromWire) };
  return value as unknown as AttributeValue;
}

/**
 * Returns the bytes that DynamoDB counts for an item: UTF-8 names and values.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemBytes(item: Item): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item))
    bytes += Buffer.byteLength(name) + valueBytes(value);
  return bytes;
}

/** Overhead in bytes of a list or a map, besides its content and one byte per element. */
const COLLECTION_BYTES = 3;
const ELEMENT_BYTES = 1;

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberBytes(value.N);
  if (value.B !== undefined) return value.B.length;
  if (value.SS !== undefined) return sum(value.SS.map((text) => Buffer.byteLength(text)));
  if (value.NS !== undefined) return sum(value.NS.map(numberBytes));
  if (value.BS !== undefined) return sum(value.BS.map((bytes) => bytes.length));
  if (value.L !== undefined)
    return COLLECTION_BYTES + sum(value.L.map((element) => ELEMENT_BYTES + valueBytes(element)));
  if (value.M !== undefined)
    return COLLECTION_BYTES + ELEMENT_BYTES * Object.keys(value.M).length + itemBytes(value.M);
  return 1;
}

/** Returns about one byte per two significant digits, plus one. */
function numberBytes(text: string): number {
  const digits = text
    .replace(/e.*$/i, "")
    .replace(/[^\d]/g, "")
    .replace(/^0+|0+$/g, "");
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith("-") ? 1 : 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}

/** Returns the number of levels of a value; 1 for a value that contains no other. */
export function depthOf({ L, M }: { readonly L?: unknown; readonly M?: unknown }): number {
  const inside = Object.values((L ?? M ?? {}) as Record<string, object>);
  return 1 + inside.reduce((deepest, value) => Math.max(deepest, depthOf(value)), 0);
}
