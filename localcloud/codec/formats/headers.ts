import { readText, timestampFormat, writeText } from "./scalars";
import type { Schema } from "../model/schema";

/** Formats a member that is bound to a header, e.g. `X-Amz-Function-Error`. */
export function writeHeader(member: Schema, value: unknown): string {
  if (member.isListSchema()) {
    const item = member.getValueSchema();
    return (value as readonly unknown[]).map((entry) => writeItem(item, entry)).join(", ");
  }
  if (isMediaType(member)) return Buffer.from(String(value)).toString("base64");
  return headerSafe(writeText(member, value, "http-date"));
}

export function readHeader(member: Schema, header: string): unknown {
  if (member.isListSchema()) {
    const item = member.getValueSchema();
    const dates = item.isTimestampSchema() && timestampFormat(item, "http-date") === "http-date";
    return splitList(header, dates).map((entry) => readText(item, entry));
  }
  if (isMediaType(member)) return Buffer.from(header, "base64").toString("utf8");
  return readText(member, header);
}

/** Reads a prefix-headers map: the headers that start with `prefix`, without it. */
export function readPrefixHeaders(
  headers: Readonly<Record<string, string>>,
  prefix: string,
): Record<string, string> {
  const lower = prefix.toLowerCase();
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith(lower))
      .map(([name, value]) => [name.slice(lower.length), value]),
  );
}

/** Replaces characters that Node does not allow in a header; AWS replaces them too. */
export function headerSafe(text: string): string {
  return text.replace(/[^\t\x20-\x7e\x80-\xff]/g, "?");
}

/** Checks for a string with a media type, which is base64 in headers. */
function isMediaType(member: Schema): boolean {
  return member.isStringSchema() && member.getMergedTraits().mediaType !== undefined;
}

function writeItem(item: Schema, value: unknown): string {
  const text = headerSafe(writeText(item, value, "http-date"));
  return item.isStringSchema() && /[",]/.test(text)
    ? `"${text.replace(/(["\\])/g, "\\$1")}"`
    : text;
}

/** Splits at commas outside quotes; each HTTP date contains one comma. */
function splitList(header: string, dates: boolean): string[] {
  const pattern = dates ? /[^,]+,[^,]+/g : /\s*(?:"(?:[^"\\]|\\.)*"|[^,"]+)\s*/g;
  return [...(header.match(pattern) ?? [])].map((part) => {
    const text = part.trim();
    return /^".*"$/s.test(text) ? text.slice(1, -1).replace(/\\(.)/gs, "$1") : text;
  });
}
