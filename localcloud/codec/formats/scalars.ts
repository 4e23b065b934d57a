import { malformed } from "../malformed";
import type { Schema } from "../model/schema";

/** Formats of Smithy's timestampFormat trait, see https://smithy.io/2.0/spec/protocol-traits.html. */
export type TimestampFormat = "date-time" | "http-date" | "epoch-seconds";

/**
 * Numbers of the timestamp formats in the SDK's schemas; with 4 the format depends on the place (header, body, ...).
 */
const formats: Readonly<Record<number, TimestampFormat>> = {
  5: "date-time",
  6: "http-date",
  7: "epoch-seconds",
};

export function timestampFormat(schema: Schema, fallback: TimestampFormat): TimestampFormat {
  return formats[Number(schema.getSchema())] ?? fallback;
}

/** Formats a scalar as text, for XML, query strings, headers and paths. */
export function writeText(schema: Schema, value: unknown, dates: TimestampFormat): string {
  if (schema.isTimestampSchema()) return String(writeTimestamp(schema, value, dates));
  if (schema.isBlobSchema()) return writeBlob(value);
  return String(value);
}

/** Parses the text of a scalar. */
export function readText(schema: Schema, text: string): unknown {
  if (schema.isBooleanSchema()) return readBoolean(text);
  if (schema.isNumericSchema()) return readNumber(text);
  if (schema.isBigIntegerSchema()) return readBigInteger(text);
  if (schema.isTimestampSchema()) return readTimestamp(text);
  if (schema.isBlobSchema()) return readBlob(text);
  return text;
}

export function writeTimestamp(
  schema: Schema,
  value: unknown,
  fallback: TimestampFormat,
): string | number {
  const date = value instanceof Date ? value : new Date(value as string | number);
  switch (timestampFormat(schema, fallback)) {
    case "epoch-seconds":
      return date.getTime() / 1000;
    case "http-date":
      return date.toUTCString();
    case "date-time":
      return date.toISOString().replace(".000Z", "Z");
  }
}

/** Parses all formats: clients are not consistent, and the formats are unambiguous. */
export function readTimestamp(value: unknown): Date {
  const seconds =
    typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  const date =
    typeof seconds === "number" ? new Date(Math.round(seconds * 1000)) : new Date(String(seconds));
  if (Number.isNaN(date.getTime())) throw malformed(`Invalid timestamp: ${String(value)}`);
  return date;
}

export function writeBlob(value: unknown): string {
  return Buffer.from(value as Uint8Array).toString("base64");
}

export function readBlob(text: string): Uint8Array {
  const bytes = Buffer.from(text, "base64");
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  // Node skips characters that are not base64, which the resulting length reveals.
  if (bytes.length !== (text.length / 4) * 3 - padding)
    throw malformed("Invalid base64 in a binary value.");
  return new Uint8Array(bytes);
}

export function readNumber(text: string): number {
  if (!/^([-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|NaN|-?Infinity)$/.test(text))
    throw malformed(`STRING_VALUE can not be converted to a Number: ${text.slice(0, 100)}`);
  return Number(text);
}

/** Parses booleans like Java and XML Schema; the AWS CLI of 2013 sent `True`. */
function readBoolean(text: string): boolean {
  const lower = text.toLowerCase();
  if (lower === "true" || lower === "1") return true;
  if (lower === "false" || lower === "0") return false;
  throw malformed(`STRING_VALUE can not be converted to a Boolean: ${text.slice(0, 100)}`);
}

function readBigInteger(text: string): bigint {
  if (!/^-?\d+$/.test(text))
    throw malformed(`STRING_VALUE can not be converted to a Number: ${text.slice(0, 100)}`);
  return BigInt(text);
}
