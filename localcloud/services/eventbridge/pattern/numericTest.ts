import { invalidPattern } from "./invalidPattern";

type Comparison = (value: number) => boolean;

const COMPARISONS: Readonly<Record<string, (operand: number) => Comparison>> = {
  "=": (operand) => (value) => value === operand,
  "<": (operand) => (value) => value < operand,
  "<=": (operand) => (value) => value <= operand,
  ">": (operand) => (value) => value > operand,
  ">=": (operand) => (value) => value >= operand,
};

/**
 * Maximum absolute value of numbers in a numeric test.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-numeric-matching
 */
const MOST = 5e9;

/**
 * Parses the operand of `numeric`: one comparison, or a lower and then an upper bound with a non-empty range, as in
 * https://github.com/aws/event-ruler.
 */
export function parseNumericTest(operand: unknown): Comparison {
  if (!Array.isArray(operand)) throw invalidPattern("Value of numeric must be an array.");
  const [operator, value, upperOperator, upperValue, ...more] = operand as unknown[];
  if (typeof operator !== "string")
    throw invalidPattern(`Invalid member in numeric match: ${JSON.stringify(operator) ?? "]"}`);
  if (!Object.hasOwn(COMPARISONS, operator))
    throw invalidPattern(`Unrecognized numeric range operator: ${operator}`);
  const first = numberOf(value, operator);
  const lower = COMPARISONS[operator](first);
  if (operand.length === 2) return lower;
  if (operator !== ">" && operator !== ">=")
    throw invalidPattern("Too many elements in numeric expression");
  if (typeof upperOperator !== "string")
    throw invalidPattern(`Bad value in numeric range: ${JSON.stringify(upperOperator)}`);
  if (upperOperator !== "<" && upperOperator !== "<=")
    throw invalidPattern(`Bad numeric range operator: ${upperOperator}`);
  const last = numberOf(upperValue, upperOperator);
  if (last <= first) throw invalidPattern("Bottom must be less than top");
  if (more.length > 0) throw invalidPattern("Too many terms in numeric range expression");
  const upper = COMPARISONS[upperOperator](last);
  return (number) => lower(number) && upper(number);
}

function numberOf(value: unknown, operator: string): number {
  if (typeof value !== "number")
    throw invalidPattern(`Value of ${operator === "=" ? "equals" : operator} must be numeric`);
  if (Math.abs(value) > MOST)
    throw invalidPattern(`Value must be between ${-MOST} and ${MOST}, inclusive`);
  return value;
}
