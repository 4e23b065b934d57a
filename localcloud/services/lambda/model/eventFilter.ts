import type { FilterCriteria } from "@aws-sdk/client-lambda";
import { AwsError } from "../../../core/errors";
import { matchesPattern, parseEventPattern } from "../../eventbridge/pattern/eventPattern";
import { isFields } from "../../eventbridge/pattern/parseTest";
import { invalidParameter } from "./errors";

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html */
const MAX_FILTERS = 5;

/** Whether a message with this body goes to the function. */
export type EventFilter = (body: string) => boolean;

/** @throws InvalidParameterValueException */
export function checkFilters(criteria: FilterCriteria | undefined): void {
  const patterns = patternsOf(criteria);
  if (patterns.length > MAX_FILTERS)
    throw invalidParameter(`An event source mapping can have at most ${MAX_FILTERS} filters.`);
  parseFilters(patterns);
}

export function patternsOf(criteria: FilterCriteria | undefined): string[] {
  return (criteria?.Filters ?? []).map(({ Pattern = "" }) => Pattern);
}

/** Returns the filter that lets pass what one of the patterns matches; without patterns, everything. */
export function parseFilters(patterns: readonly string[]): EventFilter {
  const filters = patterns.map(parseFilter);
  return (body) => filters.length === 0 || filters.some((passes) => passes(body));
}

/**
 * Parses a pattern for a message's body, which is matched as JSON or as text: a pattern for the one never matches
 * the other.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
 */
function parseFilter(text: string): EventFilter {
  try {
    const pattern = parseEventPattern(text);
    const { body: wanted } = JSON.parse(text) as { readonly body?: unknown };
    return (body) => {
      const json = parsed(body);
      if (wanted !== undefined && isFields(wanted) !== (json !== undefined)) return false;
      return matchesPattern(pattern, { body: json ?? body });
    };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalidParameter("Invalid filter pattern definition.");
  }
}

/** Returns the object or array that a body is in JSON, undefined for a text. */
function parsed(body: string): object | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" ? (value ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}
