import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { type AnyFunction, placeOf } from "./closureScope";
import { sourceOf } from "./refusal";
import { scriptText } from "./scriptTexts";
import { decodeMappings, encodeMappings, type Segment } from "./vlq";

/**
 * Folder that wants the source map of each packed callback, as `<SHA-256 of index.js>.map`. The local cloud names one to
 * the programs that it runs; the maps never go into the zip, which is the one that ships.
 */
const WANTED_IN = "LOCALCLOUD_SOURCE_MAPS";

/** Milliseconds since 1970 before which nothing of the program was loaded; without it no map is taken for the right one. */
const LOADED_AFTER = "LOCALCLOUD_LOADED_AFTER";

/** What a source map is made of: https://tc39.es/ecma426/ */
interface SourceMap {
  readonly version: 3;
  readonly sources: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
}

/**
 * Writes the map of a packed callback where somebody wants it. `serialized` is the text with the functions word for
 * word; in `packed`, which ships, other imports may stand in the same lines.
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
  // Beside those of the other callbacks of this turn.
  await new Promise(setImmediate);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(sourceMap(serialized, functions)));
  const loadedAfter = Number(process.env[LOADED_AFTER] ?? 0) / 1000;
  utimesSync(file, loadedAfter, loadedAfter);
}

/** Whether no file that a map leads to was written since the map's functions were loaded from there. */
function isRight(map: string): boolean {
  const stat = statSync(map, { throwIfNoEntry: false });
  if (!stat) return false;
  const { sources } = JSON.parse(readFileSync(map, "utf8")) as SourceMap;
  return sources.every((source) => {
    const written = statSync(source, { throwIfNoEntry: false });
    return written !== undefined && Math.max(written.mtimeMs, written.ctimeMs) < stat.mtimeMs;
  });
}

/** Leads from the lines of the serialized text to those of the TypeScript that its functions are from. */
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
    return moved(original, { line, column: column - headLength(source) }, source, {
      line: linesIn(text.slice(0, at)),
      column: at - (text.lastIndexOf("\n", at - 1) + 1),
    });
  });
  return { version: 3, sources, names: [], mappings: encodeMappings(segments) };
}

/** V8 places an arrow function at its start, and any other at its parameters. */
function headLength(source: string): number {
  const isArrow = /^(async\s*)?(\(|[\p{ID_Start}$_][\p{ID_Continue}$]*\s*=>)/u.test(source);
  return isArrow ? 0 : source.indexOf("(");
}

/** What a compiler leaves at the end of the text: https://tc39.es/ecma426/#sec-linking-inline */
const INLINE_MAP = /\/\/# sourceMappingURL=data:application\/json;[^,]*base64,([\w+/=]+)\s*$/;

/** The segments of a script by its inline map, whose sources are added to those of the whole; none without one. */
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

/** The segments of one function, moved from where it was loaded to where it is written. */
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
