import type { WireItem, WireObject } from "./attributeValues";
import { numberProblem } from "./compareNumbers";
import { partsOf } from "./compareValues";
import { meetsCondition } from "./conditions";
import type { CheckedRequest, DecidedExpression, Expression, UpdateSection } from "./dynalite";
import { validationException } from "./errors";

/**
 * dynalite parses expressions as DynamoDB does, but takes a false or empty value for one that is not there,
 * compares no documents, and removes list elements one after the other. So it decides conditions by what
 * ours say, and removes elements from the end of their lists, after everything else: an expression's paths
 * all mean the item as it was.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 */
export function useOwnSemantics(request: CheckedRequest): void {
  const { _condition, _filter, _updates } = request;
  if (_condition) request._condition = decided(_condition, "ConditionExpression");
  if (_filter) request._filter = decided(_filter, "FilterExpression");
  if (_updates) _updates.sections = _updates.sections.map(withinNumbers);
  // Stable: what removes no element keeps its place, before what does.
  _updates?.sections.sort((one, other) => removalOrder(one) - removalOrder(other));
}

/** An equality that holds where the expression does. */
function decided<Parsed extends { expression: Expression | DecidedExpression }>(
  parsed: Parsed,
  member: string,
): Parsed {
  const { expression } = parsed;
  // One that was decided has no paths of its own.
  if (!Array.isArray(expression.args)) return parsed;
  refuseUnordered(expression as Expression, member);
  const holds = { BOOL: true };
  const map: DecidedExpression["args"]["map"] = (valueAt) => {
    const item = valueAt([]).M as WireItem;
    return [holds, { BOOL: meetsCondition(expression as Expression, item) }];
  };
  return { ...parsed, expression: { type: "=", args: { map } } };
}

/** 0 for everything but a list element that goes; of those the last comes first. */
function removalOrder({ type, path }: UpdateSection): number {
  const last = path[path.length - 1];
  return type === "remove" && typeof last === "number" ? Number.MAX_SAFE_INTEGER - last : 0;
}

const ORDERINGS: readonly string[] = ["<", "<=", ">", ">=", "between"];
const ORDERED: readonly string[] = ["S", "N", "B"];

/** A value that comes before and after no other cannot be asked for by its order, whatever the item holds. */
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
 * An action whose result must be a number that DynamoDB can keep. dynalite computes with any, and takes a text in place
 * of a result for what is wrong with it; what it adds, it adds in place, so that `ADD` of a number becomes a `SET`.
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
