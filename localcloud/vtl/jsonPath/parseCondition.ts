import { parseDecimal } from "../java/decimal";
import { fromBigInt } from "../java/number";
import { compileRegex } from "../java/regex";
import { readJson } from "../json/readJson";
import { type Condition, type Operand } from "./path";
import { type PathReader, unquote } from "./pathReader";

const OPERATOR =
  /\s*(===|!==|==|!=|<=|>=|=~|<|>|(?:in|nin|subsetof|anyof|noneof|contains|all|size|empty)(?!\w))\s*/iy;
const STRING = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/y;
const PATTERN = /\/((?:[^/\\]|\\.)+)\/(i?)/y;
const NUMBER = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

/** Parses the condition of a filter, from after its opening parenthesis. */
export function parseCondition(reader: PathReader): Condition {
  const parts = [readAnd(reader)];
  while (reader.take(/\s*\|\|/y)) parts.push(readAnd(reader));
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { type: "or", parts };
}

function readAnd(reader: PathReader): Condition {
  const parts = [readTerm(reader)];
  while (reader.take(/\s*&&/y)) parts.push(readTerm(reader));
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { type: "and", parts };
}

function readTerm(reader: PathReader): Condition {
  reader.take(/\s*/y);
  if (reader.take(/!(?!=)/y)) return { type: "not", part: reader.nested(() => readTerm(reader)) };
  if (!reader.take(/\(/y)) return readComparison(reader);
  const inner = reader.nested(() => parseCondition(reader));
  if (!reader.take(/\s*\)/y)) throw reader.invalid();
  return inner;
}

function readComparison(reader: PathReader): Condition {
  const left = readOperand(reader);
  const operator = reader.take(OPERATOR)?.[1];
  if (operator !== undefined) {
    const right = readOperand(reader);
    return { type: "compare", operator: operator.toLowerCase(), left, right };
  }
  if (left.type !== "path") throw reader.invalid();
  return { type: "exists", path: left.path };
}

function readOperand(reader: PathReader): Operand {
  reader.take(/\s*/y);
  if (/[$@]/.test(reader.text.charAt(reader.offset)))
    return { type: "path", path: reader.nested(() => reader.readPath(reader)) };
  const string = reader.take(STRING);
  if (string !== undefined) {
    return { type: "literal", value: unquote(string[1] ?? string[2] ?? "") };
  }
  const pattern = reader.take(PATTERN);
  if (pattern !== undefined) return { type: "pattern", pattern: whole(pattern) };
  const number = reader.take(NUMBER);
  if (number !== undefined) {
    const isWhole = number[1] === undefined && number[2] === undefined;
    const value = isWhole ? fromBigInt(BigInt(number[0])) : parseDecimal(number[0]);
    return { type: "literal", value };
  }
  const word = reader.take(WORD)?.[0];
  if (word !== undefined) return { type: "literal", value: readJson(word) };
  return { type: "literal", value: readList(reader) };
}

/** Parses a JSON array, whose strings may have single quotes. */
function readList(reader: PathReader) {
  const source = reader.take(/\[(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\]'"])*\]/y)?.[0];
  if (source === undefined) throw reader.invalid();
  const json = source.replaceAll(
    /"(?:[^"\\]|\\.)*"|'((?:[^'\\]|\\.)*)'/g,
    (quoted, single?: string) => (single === undefined ? quoted : JSON.stringify(unquote(single))),
  );
  return readJson(json);
}

/** Returns the expression for the whole text, as Java matches it. */
function whole([, source = "", flags = ""]: RegExpExecArray): RegExp {
  return new RegExp(`^(?:${compileRegex(source).source})$`, `u${flags}`);
}
