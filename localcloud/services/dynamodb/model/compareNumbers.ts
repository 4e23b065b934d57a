/**
 * Returns a negative number, 0 or a positive number for the order of two numbers; all 38 digits count.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number
 */
export function compareNumbers(one: string, other: string): number {
  // Rounding preserves the order, so digits matter only if the rounded values are equal.
  const [a, b] = [Number(one), Number(other)];
  if (a !== b) return a - b;
  if (one === other || a === 0) return 0;
  const [x, y] = [scientific(one), scientific(other)];
  const larger = x.exponent - y.exponent || compareDigits(x.digits, y.digits);
  return a < 0 ? -larger : larger;
}

const MAX_DIGITS = 38;

/**
 * Returns DynamoDB's message for a calculated number that it cannot store; undefined if it can. Too many digits count as
 * an overflow, too.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number
 */
export function numberProblem(text: string): string | undefined {
  const { digits, exponent } = scientific(text);
  if (digits === "") return undefined;
  if (exponent > 125 || digits.length > MAX_DIGITS)
    return "Number overflow. Attempting to store a number with magnitude larger than supported range";
  if (exponent < -130)
    return "Number underflow. Attempting to store a number with magnitude smaller than supported range";
  return undefined;
}

/** Returns the digits without leading and trailing zeros, and the exponent of the first one. */
function scientific(text: string): { digits: string; exponent: number } {
  const [mantissa, power = "0"] = text.toLowerCase().replace(/^[+-]/, "").split("e");
  const [whole, fraction = ""] = mantissa.split(".");
  const all = whole + fraction;
  const leading = all.length - all.replace(/^0+/, "").length;
  return {
    digits: all.slice(leading).replace(/0+$/, ""),
    exponent: Number(power) + whole.length - 1 - leading,
  };
}

function compareDigits(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
