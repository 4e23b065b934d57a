import { BlockList, isIP } from "node:net";
import { arnPattern, matches, textPattern } from "./match";
import { plainText, type TextPart } from "./variables";

/** A condition operator without its set prefix and `IfExists`. */
export interface ConditionOperator {
  /** True for `...Not...` operators, which hold if no value of the policy matches. */
  readonly negated: boolean;
  /** True if `${...}` in its values is a policy variable (not for numbers, dates, binary values and addresses). */
  readonly variables: boolean;
  fits(actual: string, expected: readonly TextPart[]): boolean;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
export const OPERATORS: ReadonlyMap<string, ConditionOperator> = new Map([
  ...pair("StringEquals", "StringNotEquals", true, sameText),
  ...pair("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", true, sameTextIgnoringCase),
  ...pair("StringLike", "StringNotLike", true, likeText),
  ...pair(
    "NumericEquals",
    "NumericNotEquals",
    false,
    numeric((a, b) => a === b),
  ),
  ...one(
    "NumericLessThan",
    false,
    numeric((a, b) => a < b),
  ),
  ...one(
    "NumericLessThanEquals",
    false,
    numeric((a, b) => a <= b),
  ),
  ...one(
    "NumericGreaterThan",
    false,
    numeric((a, b) => a > b),
  ),
  ...one(
    "NumericGreaterThanEquals",
    false,
    numeric((a, b) => a >= b),
  ),
  ...pair(
    "DateEquals",
    "DateNotEquals",
    false,
    date((a, b) => a === b),
  ),
  ...one(
    "DateLessThan",
    false,
    date((a, b) => a < b),
  ),
  ...one(
    "DateLessThanEquals",
    false,
    date((a, b) => a <= b),
  ),
  ...one(
    "DateGreaterThan",
    false,
    date((a, b) => a > b),
  ),
  ...one(
    "DateGreaterThanEquals",
    false,
    date((a, b) => a >= b),
  ),
  ...one("Bool", true, sameTextIgnoringCase),
  ...one("BinaryEquals", false, sameBytes),
  ...pair("IpAddress", "NotIpAddress", false, inRange),
  ...pair("ArnEquals", "ArnNotEquals", true, likeArn),
  ...pair("ArnLike", "ArnNotLike", true, likeArn),
]);

/** Parses a date as IAM does: ISO 8601 or seconds since the epoch; NaN for anything else. */
export function parsePolicyDate(text: string): number {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  return /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
}

type Fits = ConditionOperator["fits"];
type Entry = readonly [string, ConditionOperator];

function pair(name: string, negatedName: string, variables: boolean, fits: Fits): Entry[] {
  return [...one(name, variables, fits), [negatedName, { negated: true, variables, fits }]];
}

function one(name: string, variables: boolean, fits: Fits): Entry[] {
  return [[name, { negated: false, variables, fits }]];
}

function sameText(actual: string, expected: readonly TextPart[]): boolean {
  return actual === plainText(expected);
}

function sameTextIgnoringCase(actual: string, expected: readonly TextPart[]): boolean {
  return actual.toLowerCase() === plainText(expected).toLowerCase();
}

function likeText(actual: string, expected: readonly TextPart[]): boolean {
  return matches(textPattern(expected), actual);
}

function likeArn(actual: string, expected: readonly TextPart[]): boolean {
  return matches(arnPattern(expected), actual);
}

function numeric(compare: (actual: number, expected: number) => boolean): Fits {
  return (actual, expected) => compare(toNumber(actual), toNumber(plainText(expected)));
}

/** Parses a decimal number; NaN for other text, which makes every comparison false. */
function toNumber(text: string): number {
  return /^[+-]?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
}

function date(compare: (actual: number, expected: number) => boolean): Fits {
  return (actual, expected) =>
    compare(parsePolicyDate(actual), parsePolicyDate(plainText(expected)));
}

/** Compares the bytes of two Base64 texts. */
function sameBytes(actual: string, expected: readonly TextPart[]): boolean {
  return Buffer.from(actual, "base64").equals(Buffer.from(plainText(expected), "base64"));
}

function inRange(actual: string, expected: readonly TextPart[]): boolean {
  const [address, prefix] = plainText(expected).split("/");
  const family = isIP(address);
  if (family === 0 || isIP(actual) !== family) return false;
  const bits = prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix);
  if (!Number.isInteger(bits) || bits < 0 || bits > (family === 4 ? 32 : 128)) return false;
  const range = new BlockList();
  range.addSubnet(address, bits, family === 4 ? "ipv4" : "ipv6");
  return range.check(actual, family === 4 ? "ipv4" : "ipv6");
}
