import type { WireItem } from "./attributeValues";
import { meetsCondition } from "./conditions";
import type { CheckedRequest, DecidedExpression, Expression, UpdateSection } from "./dynalite";

/**
 * dynalite parses expressions as DynamoDB does, but takes a false or empty value for one that is not there,
 * compares no documents, and removes list elements one after the other. So it decides conditions by what
 * ours say, and removes elements from the end of their lists, after everything else: an expression's paths
 * all mean the item as it was.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 */
export function useOwnSemantics(request: CheckedRequest): void {
  const { _condition, _filter, _updates } = request;
  if (_condition) request._condition = decided(_condition);
  if (_filter) request._filter = decided(_filter);
  // Stable: what removes no element keeps its place, before what does.
  _updates?.sections.sort((one, other) => removalOrder(one) - removalOrder(other));
}

/** An equality that holds where the expression does. */
function decided<Parsed extends { expression: Expression | DecidedExpression }>(
  parsed: Parsed,
): Parsed {
  const { expression } = parsed;
  // One that was decided has no paths of its own.
  if (!Array.isArray(expression.args)) return parsed;
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
