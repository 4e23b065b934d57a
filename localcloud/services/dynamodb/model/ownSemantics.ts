import type { WireItem, WireObject } from "./attributeValues";
import { numberProblem } from "./compareNumbers";
import { partsOf } from "./compareValues";
import { meetsCondition } from "./conditions";
import type { CheckedRequest, DecidedExpression, Expression, UpdateSection } from "./dynalite";
import { validationException } from "./errors";

/**
 * Replaces parts of dynalite's semantics. dynalite parses expressions as DynamoDB does, but it treats a false or
 * empty value as missing, cannot compare documents, and removes list elements one by one. So meetsCondition decides
 * conditions, and removals of list elements run last, from the end of each list: all paths of an expression refer to
 * the item before the update.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 */
export function useOwnSemantics(request: CheckedRequest): void {
  const { _condition, _filter, _updates } = request;
  if (_condition) request._condition = decided(_condition, "ConditionExpression");
  if (_filter) request._filter = decided(_filter, "FilterExpression");
  if (_updates) _updates.sections = _updates.sections.map(withinNumbers);
  // The sort is stable: sections that remove no list element keep their order and come first.
  _updates?.sections.sort((one, other) => removalOrder(one) - removalOrder(other));
}

/** Returns an equality that is true if the expression is true. */
function decided<Parsed extends { expression: Expression | DecidedExpression }>(
  parsed: Parsed,
  member: string,
): Parsed {
  const { expression } = parsed;
  // Already replaced by `decided`.
  if (!Array.isArray(expression.args)) return parsed;
  refuseUnordered(expression as Expression, member);
  const holds = { BOOL: true };
  const map: DecidedExpression["args"]["map"] = (valueAt) => {
    const item = valueAt([]).M as WireItem;
    return [holds, { BOOL: meetsCondition(expression as Expression, item) }];
  };
  return { ...parsed, expression: { type: "=", args: { map } } };
}

/** Returns 0 for everything except removals of list elements; of those, the last element comes first. */
function removalOrder({ type, path }: UpdateSection): number {
  const last = path[path.length - 1];
  return type === "remove" && typeof last === "number" ? Number.MAX_SAFE_INTEGER - last : 0;
}

const ORDERINGS: readonly string[] = ["<", "<=", ">", ">=", "between"];
const ORDERED: readonly string[] = ["S", "N", "B"];

/** Refuses comparisons by order with a value of a type that has no order, regardless of the item. */
function refuseUnordered({ type, args }: Expression, member: string): void {
  for (const arg of args) {
    if (Array.isArray(arg)) continue;
    if ("args" in arg) refuseUnordered(arg as Expression, member);
    else if (ORDERINGS.includes(type) && !ORDERED.includes(partsOf(arg as WireObject)[0]))
      throw validationException(
        `Invalid ${member}: Incorrect operand type for operator or function; operator: ${type.toUpperCase()}, ` +
          `operand type: ${partsOf(arg as WireObject)[0]}`,
      );
  }
}

/**
 * Returns an action that refuses a calculated number that DynamoDB cannot store. dynalite accepts any number. It assigns
 * the result of a `SET` to `val`, and reports a string there as an error: so a setter of `val` replaces a wrong number by
 * the error message. dynalite does not assign the result of an `ADD`, so an `ADD` of a number becomes a `SET`.
 */
function withinNumbers(section: UpdateSection): UpdateSection {
  const { type, attrType, path } = section;
  if (type !== "set" && !(type === "add" && attrType === "N")) return section;
  let val: unknown =
    type === "set"
      ? section.val
      : { type: "add", args: [{ ...OR_ZERO, args: [path, { N: "0" }] }, section.val] };
  return Object.defineProperty({ ...section, type: "set" }, "val", {
    enumerable: true,
    get: () => val,
    set: (result: unknown) => {
      val = problemOf(result) ?? result;
    },
  });
}

const OR_ZERO = { type: "function", name: "if_not_exists" };

function problemOf(result: unknown): string | undefined {
  const number = typeof result === "object" && result !== null && "N" in result ? result.N : "";
  return typeof number === "string" && number !== "" ? numberProblem(number) : undefined;
}
