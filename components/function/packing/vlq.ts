/** The source position of a piece of generated text; lines and columns count from 0. */
export interface Segment {
  readonly line: number;
  readonly column: number;
  /** Index in the map's `sources`. */
  readonly source: number;
  readonly sourceLine: number;
  readonly sourceColumn: number;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Decodes a source map's `mappings`: https://tc39.es/ecma426/#sec-mappings */
export function decodeMappings(mappings: string): Segment[] {
  let [source, sourceLine, sourceColumn] = [0, 0, 0];
  return mappings.split(";").flatMap((text, line) => {
    let column = 0;
    return text.split(",").flatMap((piece): Segment[] => {
      const [byColumn, bySource, byLine, bySourceColumn] = decodeNumbers(piece);
      if (byColumn === undefined) return [];
      column += byColumn;
      // A piece of the generated text without a source.
      if (bySource === undefined || byLine === undefined || bySourceColumn === undefined) return [];
      source += bySource;
      sourceLine += byLine;
      sourceColumn += bySourceColumn;
      return [{ line, column, source, sourceLine, sourceColumn }];
    });
  });
}

/** Encodes segments, which may be in any order. */
export function encodeMappings(segments: readonly Segment[]): string {
  const sorted = [...segments].sort((a, b) => a.line - b.line || a.column - b.column);
  let [line, column, source, sourceLine, sourceColumn] = [0, 0, 0, 0, 0];
  let text = "";
  let separator = "";
  for (const next of sorted) {
    if (next.line > line) {
      text += ";".repeat(next.line - line);
      [line, column, separator] = [next.line, 0, ""];
    }
    const numbers = [
      next.column - column,
      next.source - source,
      next.sourceLine - sourceLine,
      next.sourceColumn - sourceColumn,
    ];
    text += separator + numbers.map(encodeNumber).join("");
    ({ column, source, sourceLine, sourceColumn } = next);
    separator = ",";
  }
  return text;
}

function decodeNumbers(text: string): number[] {
  const numbers: number[] = [];
  let [value, shift] = [0, 0];
  for (const digit of text) {
    const bits = DIGITS.indexOf(digit);
    value |= (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    [value, shift] = [0, 0];
  }
  return numbers;
}

function encodeNumber(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = "";
  do {
    const bits = rest & 31;
    rest >>>= 5;
    text += DIGITS[rest > 0 ? bits | 32 : bits];
  } while (rest > 0);
  return text;
}
