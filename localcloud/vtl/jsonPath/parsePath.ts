import { TemplateError } from "../templateError";
import { parseCondition } from "./parseCondition";
import { PathReader, unquote } from "./pathReader";
import { type Path, type PathFunction, type PathStep } from "./path";

const FUNCTIONS: ReadonlySet<string> = new Set(["length", "min", "max", "avg", "sum", "stddev"]);
const NAME = /[^.[( )\]]+/y;
/** In a filter, an operator also ends a name. */
const NAME_IN_FILTER = /[^.[( )\]=<>!~&|,]+/y;
const QUOTED_NAMES =
  /\[\s*((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:\s*,\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))*)\s*\]/y;
const QUOTED_NAME = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g;
const INDEXES = /\[\s*(-?\d+(?:\s*,\s*-?\d+)*)\s*\]/y;
const SLICE = /\[\s*(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*1\s*)?\]/y;
const WILDCARD = /\[\s*\*\s*\]|\*/y;
const FILTER_START = /\[\s*\?\s*\(/y;
const FILTER_END = /\s*\)\s*\]/y;

/** Compiles a Jayway JSONPath; a path without `$` starts with a property of the root. Throws TemplateError. */
export function parsePath(source: string): Path {
  const trimmed = source.trim();
  if (trimmed === "")
    throw new TemplateError("IllegalArgumentException: path can not be null or empty");
  const reader = new PathReader(/^[$@]/.test(trimmed) ? trimmed : `$.${trimmed}`, readPath);
  const path = readPath(reader);
  if (reader.offset < reader.text.length) throw reader.invalid();
  return path;
}

/** Parses the path that starts here, as long as its syntax is valid. */
function readPath(reader: PathReader): Path {
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
  return { type: "function", name: name as PathFunction }; // FUNCTIONS contains only these names
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
 * Parses an index, which is a Java int.
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
