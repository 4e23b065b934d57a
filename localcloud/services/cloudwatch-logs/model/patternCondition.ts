import { MANY, matchesWildcard, type Wildcard } from "../../../core/wildcard";
import type { PatternText } from "./patternText";
import { compileRegularExpression } from "./regularExpression";

/** Checks whether a value in a log event satisfies a comparison. */
export type Condition = (actual: unknown) => boolean;

const OPERATORS = /!=|<=|>=|=|<|>/;

/** Parses `= value`, `!= "text*"`, `>= 4.5`, `= %regular expression%`. */
export function readCondition(text: PatternText): Condition {
  const operator = text.match(OPERATORS)?.[0];
  if (operator === undefined) throw text.error();
  const value = readValue(text);
  if (operator === "=") return (actual) => equals(actual, value);
  if (operator === "!=") return (actual) => actual !== undefined && !equals(actual, value);
  const limit = value.kind === "text" ? Number(value.text) : NaN;
  if (Number.isNaN(limit)) throw text.error();
  return (actual) => {
    const number = numeric(actual);
    return number !== undefined && compareNumbers(number, operator, limit);
  };
}

type PatternValue =
  | { readonly kind: "text"; readonly text: string; readonly pattern: Wildcard }
  | { readonly kind: "expression"; readonly matches: (text: string) => boolean };

function readValue(text: PatternText): PatternValue {
  const regular = text.match(/%((?:[^%\\]|\\.)*)%/);
  if (regular) return { kind: "expression", matches: compileRegularExpression(regular[1]) };
  const quoted = text.match(/"((?:[^"\\]|\\.)*)"/);
  const raw = quoted ? quoted[1].replace(/\\(.)/g, "$1") : text.match(/[^\s()&|,\]}"]+/)?.[0];
  if (raw === undefined) throw text.error();
  const pattern = raw.split("").map((one) => (one === "*" ? MANY : one));
  return { kind: "text", text: raw, pattern };
}

/** Compares numbers numerically, so that 1e3 equals 1000, and everything else as text with `*` as wildcard. */
function equals(actual: unknown, value: PatternValue): boolean {
  if (actual === undefined || actual === null || typeof actual === "object") return false;
  if (value.kind === "text" && typeof actual === "number" && value.text.trim() !== "") {
    const number = Number(value.text);
    if (!Number.isNaN(number)) return actual === number;
  }
  return value.kind === "text"
    ? matchesWildcard(value.pattern, String(actual))
    : value.matches(String(actual));
}

function compareNumbers(actual: number, operator: string, limit: number): boolean {
  switch (operator) {
    case "<":
      return actual < limit;
    case "<=":
      return actual <= limit;
    case ">":
      return actual > limit;
    default:
      return actual >= limit;
  }
}

function numeric(actual: unknown): number | undefined {
  if (typeof actual === "number") return actual;
  if (typeof actual !== "string" || actual.trim() === "") return undefined;
  const number = Number(actual);
  return Number.isNaN(number) ? undefined : number;
}
