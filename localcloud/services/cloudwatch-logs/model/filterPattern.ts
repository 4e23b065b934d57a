import { compileFieldPattern } from "./fieldPattern";
import { compileJsonPattern } from "./jsonPattern";
import { compileTermPattern } from "./termPattern";

/** A compiled filter pattern. */
export interface FilterPattern {
  matches(message: string): boolean;
  /** Returns the value of `$.selector` (JSON) or `$field` (space-delimited) in a message; undefined if absent. */
  extract(message: string, selector: string): string | undefined;
}

/**
 * Compiles a pattern: terms, `{ $.json = "conditions" }` or `[space, delimited, fields]`.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 * @throws InvalidParameterException
 */
export function compileFilterPattern(text: string): FilterPattern {
  const pattern = text.trim();
  if (pattern.startsWith("{")) return compileJsonPattern(pattern);
  if (pattern.startsWith("[")) return compileFieldPattern(pattern);
  return compileTermPattern(pattern);
}
