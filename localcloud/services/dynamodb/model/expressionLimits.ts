import type { WireObject } from "./attributeValues";
import type { CheckedRequest, Expression } from "./dynalite";
import { validationException } from "./errors";

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters */
const MAX_BYTES = 4096;
const MAX_IN_OPERANDS = 100;

const EXPRESSIONS = [
  "UpdateExpression",
  "ConditionExpression",
  "FilterExpression",
  "KeyConditionExpression",
  "ProjectionExpression",
] as const;

/** Refuses an expression whose text is too long; dynalite accepts any length. */
export function checkExpressionSizes(request: WireObject): void {
  for (const member of EXPRESSIONS) {
    const text = request[member];
    const size = typeof text === "string" ? Buffer.byteLength(text) : 0;
    if (size > MAX_BYTES)
      throw validationException(
        `Invalid ${member}: Expression size has exceeded the maximum allowed size; expression size: ${size}`,
      );
  }
}

/** Refuses an `IN` with too many values. */
export function checkOperands({ _condition, _filter }: CheckedRequest): void {
  const parsed = { ConditionExpression: _condition, FilterExpression: _filter };
  for (const [member, found] of Object.entries(parsed)) {
    const longest = found && isParsed(found.expression) ? longestIn(found.expression) : 0;
    if (longest > MAX_IN_OPERANDS)
      throw validationException(
        `Invalid ${member}: The IN operator is provided with too many operands; number of operands: ${longest}`,
      );
  }
}

function longestIn({ type, args }: Expression): number {
  const nested = args.map((arg) => (isParsed(arg) ? longestIn(arg) : 0));
  return Math.max(type === "in" ? args.length - 1 : 0, ...nested);
}

function isParsed(value: object): value is Expression {
  return "args" in value && Array.isArray(value.args);
}
