import type { WireObject } from "./attributeValues";
import { validationException } from "./errors";

/**
 * Checks the attribute values of a request in wire format where dynalite differs from DynamoDB, and writes numbers as
 * dynalite reads them. It finds values by their type (`N`, `NS`, `M`), because requests have them in many places.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
export function checkValues(value: unknown): void {
  if (Array.isArray(value)) value.forEach(checkValues);
  else if (isObject(value))
    for (const [name, member] of Object.entries(value)) check(value, name, member);
}

function check(holder: WireObject, name: string, member: unknown): void {
  if (name === "N" && typeof member === "string") holder.N = plainNumber(member);
  else if (name === "NS" && Array.isArray(member)) holder.NS = member.map(plainNumber);
  else {
    if ((name === "Item" || name === "M") && isObject(member) && "" in member)
      throw validationException("Empty attribute name");
    checkValues(member);
  }
}

function isObject(value: unknown): value is WireObject {
  return typeof value === "object" && value !== null;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(?:e([+-]?\d+))?$/i;
const MAX_LONG = 2n ** 63n - 1n;

/**
 * Returns the number without a plus sign in front, which DynamoDB accepts and dynalite does not. The exponent has to fit
 * in 64 bits, and zero is checked by the exponent with which it is written.
 */
function plainNumber(text: unknown): unknown {
  const [, mantissa = "", power = "0"] = (typeof text === "string" && NUMBER.exec(text)) || [];
  // dynalite refuses everything else.
  if (typeof text !== "string" || mantissa === "") return text;
  const exponent = BigInt(power.replace(/^\+/, ""));
  if (exponent > MAX_LONG || exponent < -MAX_LONG - 1n)
    throw validationException(`The parameter cannot be converted to a numeric value: ${text}`);
  const isZero = /^[0.]+$/.test(mantissa);
  if (isZero && exponent > 125n)
    throw validationException(
      "Number overflow. Attempting to store a number with magnitude larger than supported range",
    );
  if (isZero && exponent < -130n)
    throw validationException(
      "Number underflow. Attempting to store a number with magnitude smaller than supported range",
    );
  return text.replace(/^\+/, "");
}
