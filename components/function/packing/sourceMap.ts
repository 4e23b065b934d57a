import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { functionShape } from "./captures/functionShape";
import { type AnyFunction, placeOf } from "./captures/closureScope";
import { sourceOf } from "./captures/refusal";
import { scriptText } from "./captures/scriptTexts";
import { decodeMappings, encodeMappings, type Segment } from "./vlq";

/**
 * Variable with the folder for the source map of each packed callback, as `<SHA-256 of index.js>.map`. The local cloud
 * sets it for the programs that it runs; the maps are never part of the zip, which is deployed unchanged.
 */
const WANTED_IN = "LOCALCLOUD_SOURCE_MAPS";

/**
 * Variable with the time, in milliseconds since 1970, at which loading the program began; without it no map is trusted.
 */
const LOADED_AFTER = "LOCALCLOUD_LOADED_AFTER";

/** Fields of a source map: https://tc39.es/ecma426/ */
interface SourceMap {
  readonly version: 3;
  readonly sources: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
}

/**
 * Writes the map of a packed callback if a folder for it is set. `serialized` is the text with the functions unchanged;
 * in `packed`, which is deployed, the same lines may contain other imports.
 */
export async function keepSourceMap(
  serialized: string,
  packed: string,
  functions: readonly AnyFunction[],
): Promise<void> {
  const folder = process.env[WANTED_IN];
  if (!folder) return;
  const hash = createHash("sha256").update(packed).digest("hex");
  const file = path.join(folder, `${hash}.map`);
  if (isRight(file)) return;
  // Together with those of the other callbacks of this turn.
  await new Promise(setImmediate);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(sourceMap(serialized, functions)));
  const loadedAfter = Number(process.env[LOADED_AFTER] ?? 0) / 1000;
  utimesSync(file, loadedAfter, loadedAfter);
}

/** Checks that no source file of a map was written since the map's functions were loaded from it. */
function isRight(map: string): boolean {
  const stat = statSync(map, { throwIfNoEntry: false });
  if (!stat) return false;
  const { sources } = JSON.parse(readFileSync(map, "utf8")) as SourceMap;
  return sources.every((source) => {
    const written = statSync(source, { throwIfNoEntry: false });
    return written !== undefined && Math.max(written.mtimeMs, written.ctimeMs) < stat.mtimeMs;
  });
}

/** Maps the lines of the serialized text to those of the TypeScript that its functions come from. */
export function sourceMap(text: string, functions: readonly AnyFunction[]): SourceMap {
  const sources: string[] = [];
  const known = new Map<string, Segment[]>();
  const segments = functions.flatMap((fn) => {
    const place = placeOf(fn);
    if (!place) return [];
    const { scriptId, line, column } = place;
    const source = sourceOf(fn);
    const at = text.indexOf(source);
    if (at < 0) return [];
    const original = known.get(scriptId) ?? segmentsOf(scriptText(scriptId), sources);
    known.set(scriptId, original);
    return moved(original, { line, column: column - headLength(fn, source) }, source, {
      line: linesIn(text.slice(0, at)),
      column: at - (text.lastIndexOf("\n", at - 1) + 1),
    });
  });
  return { version: 3, sources, names: [], mappings: encodeMappings(segments) };
}

/** Returns the offset of the place that V8 reports: an arrow function's start, and any other function's parameters. */
function headLength(fn: AnyFunction, source: string): number {
  const { class: found } = functionShape(fn) ?? {};
  if (found) return found.place;
  const isArrow = /^(async\s*)?(\(|[\p{ID_Start}$_][\p{ID_Continue}$]*\s*=>)/u.test(source);
  return isArrow ? 0 : source.indexOf("(");
}

/** The inline map that a compiler appends to the text: https://tc39.es/ecma426/#sec-linking-inline */
const INLINE_MAP = /\/\/# sourceMappingURL=data:application\/json;[^,]*base64,([\w+/=]+)\s*$/;

/** Returns the segments of a script's inline map, and adds its sources to `sources`; empty without a map. */
function segmentsOf(script: string, sources: string[]): Segment[] {
  const [, encoded] = INLINE_MAP.exec(script) ?? [];
  if (encoded === undefined) return [];
  const map = JSON.parse(Buffer.from(encoded, "base64").toString()) as SourceMap & {
    readonly sourceRoot?: string;
  };
  const first = sources.length;
  for (const source of map.sources) sources.push(path.resolve(map.sourceRoot ?? "", source));
  return decodeMappings(map.mappings).map((one) => ({ ...one, source: one.source + first }));
}

interface Position {
  readonly line: number;
  readonly column: number;
}

/** Returns the segments of one function, moved from its position in the loaded script to its position in the text. */
function moved(
  segments: readonly Segment[],
  from: Position,
  source: string,
  to: Position,
): Segment[] {
  const lastLine = from.line + linesIn(source);
  const lastLength = source.length - (source.lastIndexOf("\n") + 1);
  const end = lastLine === from.line ? from.column + lastLength : lastLength;
  return segments
    .filter(({ line, column }) => {
      const isBefore = line < from.line || (line === from.line && column < from.column);
      return !isBefore && (line < lastLine || (line === lastLine && column <= end));
    })
    .map((one) => ({
      ...one,
      line: one.line - from.line + to.line,
      column: one.line === from.line ? one.column - from.column + to.column : one.column,
    }));
}

function linesIn(text: string): number {
  return text.split("\n").length - 1;
}
