import { TemplateError } from "../templateError";
import { parseCondition } from "./parseCondition";
import { type Path, type PathFunction, type PathStep } from "./path";

const FUNCTIONS: ReadonlySet<string> = new Set(["length", "min", "max", "avg", "sum", "stddev"]);
const NAME = /[^.[( )\]]+/y;
/** In a filter a name also ends where an operator begins. */
const NAME_IN_FILTER = /[^.[( )\]=<>!~&|,]+/y;
const QUOTED_NAMES =
  /\[\s*((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:\s*,\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))*)\s*\]/y;
const QUOTED_NAME = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g;
const INDEXES = /\[\s*(-?\d+(?:\s*,\s*-?\d+)*)\s*\]/y;
const SLICE = /\[\s*(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*1\s*)?\]/y;
const WILDCARD = /\[\s*\*\s*\]|\*/y;
const FILTER_START = /\[\s*\?\s*\(/y;
const FILTER_END = /\s*\)\s*\]/y;

/** Reads text from a moving offset; a path inside a filter ends where the filter goes on. */
export class PathReader {
  offset = 0;
  /** How many filters are open here. */
  filters = 0;
  private depth = 0;

  constructor(readonly text: string) {}

  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.offset;
    const match = pattern.exec(this.text) ?? undefined;
    this.offset += match?.[0].length ?? 0;
    return match;
  }

  /** Reads a part that may hold parts of its own kind. */
  nested<Part>(read: () => Part): Part {
    if (++this.depth > MAX_DEPTH) throw this.invalid();
    const part = read();
    this.depth--;
    return part;
  }

  invalid(): TemplateError {
    return new TemplateError(`InvalidPathException: ${this.text} (position ${this.offset})`);
  }
}

/** Compiles a Jayway JSONPath; a path without `$` starts at the root's property. Throws TemplateError. */
export function parsePath(source: string): Path {
  const trimmed = source.trim();
  if (trimmed === "")
    throw new TemplateError("IllegalArgumentException: path can not be null or empty");
  const reader = new PathReader(/^[$@]/.test(trimmed) ? trimmed : `$.${trimmed}`);
  const path = readPath(reader);
  if (reader.offset < reader.text.length) throw reader.invalid();
  return path;
}

/** Not Jayway's: a reader that calls itself for each bracket must end before the stack does. */
const MAX_DEPTH = 200;

/** Reads the path that begins here, as far as its syntax goes. */
export function readPath(reader: PathReader): Path {
  const root = reader.take(/[$@]/y)?.[0] === "@" ? "@" : "$";
  const steps: PathStep[] = [];
  for (;;) {
    const step = readStep(reader);
    if (step === undefined) return { root, steps };
    steps.push(...step);
  }
}

function readStep(reader: PathReader): PathStep[] | undefined {
  if (reader.take(/\.\./y)) return [{ type: "scan" }, readBracket(reader) ?? readName(reader)];
  if (reader.take(/\./y)) return [readBracket(reader) ?? readName(reader)];
  const bracket = readBracket(reader);
  return bracket && [bracket];
}

function readName(reader: PathReader): PathStep {
  if (reader.take(/\*/y)) return { type: "wildcard" };
  const name = reader.take(reader.filters > 0 ? NAME_IN_FILTER : NAME)?.[0];
  if (name === undefined) throw reader.invalid();
  if (!reader.take(/\(/y)) return { type: "properties", names: [name] };
  if (!FUNCTIONS.has(name)) {
    throw new TemplateError(`The local cloud does not support the JSONPath function ${name}()`);
  }
  if (!reader.take(/\s*\)/y)) throw reader.invalid();
  return { type: "function", name: name as PathFunction }; // FUNCTIONS holds these names only
}

function readBracket(reader: PathReader): PathStep | undefined {
  if (reader.text[reader.offset] !== "[") return undefined;
  const names = reader.take(QUOTED_NAMES)?.[1];
  if (names !== undefined) return { type: "properties", names: unquoteAll(names) };
  const indexes = reader.take(INDEXES)?.[1];
  if (indexes !== undefined)
    return { type: "indexes", indexes: indexes.split(",").map((text) => readInt(reader, text)) };
  const slice = reader.take(SLICE);
  if (slice !== undefined) return readSlice(reader, slice);
  if (reader.take(WILDCARD)) return { type: "wildcard" };
  if (!reader.take(FILTER_START)) throw reader.invalid();
  reader.filters++;
  const condition = parseCondition(reader);
  reader.filters--;
  if (!reader.take(FILTER_END)) throw reader.invalid();
  return { type: "filter", condition };
}

function readSlice(reader: PathReader, [, from, to]: RegExpExecArray): PathStep {
  return {
    type: "slice",
    ...(from !== undefined && { from: readInt(reader, from) }),
    ...(to !== undefined && { to: readInt(reader, to) }),
  };
}

/**
 * An index is an int of Java.
 * https://github.com/json-path/JsonPath/blob/json-path-2.9.0/json-path/src/main/java/com/jayway/jsonpath/internal/path/ArraySliceOperation.java
 */
function readInt(reader: PathReader, text: string): number {
  const value = Number(text);
  if (value !== (value | 0)) throw reader.invalid();
  return value;
}

function unquoteAll(names: string): string[] {
  return [...names.matchAll(QUOTED_NAME)].map((match) => unquote(match[1] ?? match[2] ?? ""));
}

/** The backslash escapes of a quoted name or string. */
export function unquote(text: string): string {
  return text.replaceAll(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, code?: string, char?: string) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" }[char ?? ""] ?? char ?? "";
  });
}
