import { invalidPattern } from "./patternText";

/** Letters, digits, the symbols and the operators that AWS accepts, and spaces, of which it says nothing. */
const ACCEPTED = /^[A-Za-z0-9:_#=@/;, \-^$?[\]{}|\\*+.]*$/;

/**
 * Compiles the text between two `%` of a filter pattern. It cannot contain parentheses, so repetitions cannot be nested.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
 */
export function compileRegularExpression(source: string): RegExp {
  if (!ACCEPTED.test(source.replace(/\\[^]/g, ""))) throw invalidPattern();
  try {
    return new RegExp(source);
  } catch {
    throw invalidPattern();
  }
}
