import type { MessageAttributeValue } from "@aws-sdk/client-sns";
import { AwsError } from "../../core/errors";
import {
  matchesPattern,
  parseEventPattern,
  type EventPattern,
} from "../eventbridge/pattern/eventPattern";
import { invalidParameter } from "./api";
import type { Subscription } from "./store";

/** Filter policies use the same operators as EventBridge's patterns. */
export type FilterScope = "MessageAttributes" | "MessageBody";

/** https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html */
const MAX_KEYS = 5;
const MAX_COMBINATIONS = 150;

export interface Filterable {
  readonly Message: string;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttributeValue>>;
}

/** Compiled policies by their text, so that a policy is parsed once and not for each message. */
const compiled = new Map<string, EventPattern>();

/** @throws InvalidParameter for a text that is not a valid filter policy of the scope. */
export function checkFilterPolicy(text: string, scope: FilterScope): void {
  const policy = parseObject(text);
  const entries = Object.entries(policy);
  if (entries.filter(([key]) => key !== "$or").length > MAX_KEYS)
    throw invalid(`Filter policy can not have more than ${MAX_KEYS} keys`);
  const nested = entries.some(([key, value]) => key !== "$or" && !Array.isArray(value));
  if (scope === "MessageAttributes" && nested) {
    const [key, value] = entries.find(([, one]) => !Array.isArray(one)) ?? ["", {}];
    throw typeof value === "object"
      ? invalidParameter(
          "Filter policy scope MessageAttributes does not support nested filter policy",
        )
      : invalid(`"${key}" must be an object or an array`);
  }
  if (entries.length > 0) compile(text);
  if (combinationsOf(policy, 1) > MAX_COMBINATIONS) throw invalid("Filter policy is too complex");
}

/**
 * Returns the number of combinations of a policy: for each key, the number of its values times their nesting depth, all
 * multiplied; alternatives in `$or` are added. Same page as above.
 */
function combinationsOf(policy: Readonly<Record<string, unknown>>, depth: number): number {
  return Object.entries(policy).reduce((product, [key, value]) => {
    if (key === "$or" && Array.isArray(value)) {
      const alternatives = value as Readonly<Record<string, unknown>>[];
      return product * alternatives.reduce((sum, one) => sum + combinationsOf(one, depth), 0);
    }
    if (Array.isArray(value)) return product * value.length * depth;
    return product * combinationsOf(value as Readonly<Record<string, unknown>>, depth + 1);
  }, 1);
}

/** Checks whether a message matches the subscription's filter policy. */
export function passesFilter({ settings }: Subscription, message: Filterable): boolean {
  const text = settings.get("FilterPolicy");
  if (text === undefined || Object.keys(parseObject(text)).length === 0) return true;
  const fields =
    settings.get("FilterPolicyScope") === "MessageBody"
      ? bodyOf(message.Message)
      : attributesOf(message.MessageAttributes);
  return fields !== undefined && matchesPattern(compile(text), fields);
}

function compile(text: string): EventPattern {
  let pattern = compiled.get(text);
  if (!pattern) {
    try {
      pattern = parseEventPattern(text);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw invalid(error.message.replace(/^Event pattern is not valid\. Reason: /, ""));
    }
    compiled.set(text, pattern);
  }
  return pattern;
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid("failed to parse JSON.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid("Filter policy must be a JSON object");
  return value as Readonly<Record<string, unknown>>;
}

/** Parses the body; a message that is not a JSON object does not match any policy on the body. */
function bodyOf(message: string): unknown {
  try {
    return JSON.parse(message) as unknown;
  } catch {
    return undefined;
  }
}

/** Returns the attributes to match. Numbers and arrays are parsed from their texts; binary ones are omitted. */
function attributesOf(attributes: Filterable["MessageAttributes"] = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, { DataType = "", StringValue = "" }]) => {
      if (DataType.startsWith("Binary")) return [];
      if (DataType.startsWith("Number")) return [[name, Number(StringValue)]];
      return [[name, DataType === "String.Array" ? bodyOf(StringValue) : StringValue]];
    }),
  );
}

function invalid(what: string): AwsError {
  return invalidParameter(`FilterPolicy: ${what}`);
}
