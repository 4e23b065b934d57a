import type { PolicyCondition } from "../core/policyDocument";
import type { RequestContext } from "./context";
import { OPERATORS, type ConditionOperator } from "./operators";
import { substituteVariables, type TextPart } from "./variables";

/** `ForAllValues:` and `ForAnyValue:` compare a multivalued key value by value. */
export type SetQualifier = "ForAllValues" | "ForAnyValue";

/** The parts of an operator's name, e.g. `ForAnyValue:StringLikeIfExists`. */
export interface OperatorName {
  readonly qualifier?: SetQualifier;
  readonly operator: ConditionOperator | "Null";
  readonly ifExists: boolean;
}

const NAME = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/;

/** Parses an operator's name; undefined if IAM does not know it. */
export function parseOperatorName(name: string): OperatorName | undefined {
  const [, qualifier, base, ifExists] = NAME.exec(name) ?? [];
  if (base === "Null")
    return qualifier || ifExists ? undefined : { operator: "Null", ifExists: false };
  const operator = OPERATORS.get(base ?? "");
  if (!operator) return undefined;
  return { qualifier: toQualifier(qualifier), operator, ifExists: ifExists !== undefined };
}

/** Checks whether all operators hold for all of their keys (AND); one matching value of a key is enough (OR). */
export function conditionsHold(
  condition: PolicyCondition | undefined,
  context: RequestContext,
  version: string | undefined,
): boolean {
  return Object.entries(condition ?? {}).every(([name, keys]) => {
    if (Object.keys(keys).length === 0) return true;
    const parsed = parseOperatorName(name);
    // Documents are validated before they are stored, so this is a bug; ignoring it could allow what AWS denies.
    if (!parsed) throw new Error(`A policy has the unknown condition operator ${name}.`);
    return Object.entries(keys).every(([key, expected]) =>
      keyHolds(parsed, context.values(key), texts(expected), context, version),
    );
  });
}

function keyHolds(
  name: OperatorName,
  actual: readonly string[] | undefined,
  expected: readonly string[],
  context: RequestContext,
  version: string | undefined,
): boolean {
  if (name.operator === "Null")
    return expected.some((wanted) => (wanted.toLowerCase() === "true") === (actual === undefined));
  const { operator } = name;
  const values = expected
    .map((text) => substituteVariables(text, context, operator.variables ? version : undefined))
    .filter((parts) => parts !== undefined);
  // For a set operator, a key without values is the same as an absent key.
  if (actual === undefined || (actual.length === 0 && name.qualifier))
    return name.ifExists || holdsWhenAbsent(name.qualifier, operator);
  return holds(name.qualifier, operator, actual, values);
}

function holds(
  qualifier: SetQualifier | undefined,
  operator: ConditionOperator,
  actual: readonly string[],
  expected: readonly (readonly TextPart[])[],
): boolean {
  const fitsAny = (value: string): boolean =>
    expected.some((wanted) => operator.fits(value, wanted));
  switch (qualifier) {
    case "ForAllValues":
      return actual.every((value) => fitsAny(value) !== operator.negated);
    case "ForAnyValue":
      return actual.some((value) => fitsAny(value) !== operator.negated);
    default:
      return actual.some(fitsAny) !== operator.negated;
  }
}

/**
 * Returns the result for an absent key, which matches nothing: false for a positive operator, true for a negated one.
 * For set operators the set is empty: "for all" is true and "for any" is false, whatever the operator.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
function holdsWhenAbsent(
  qualifier: SetQualifier | undefined,
  operator: ConditionOperator,
): boolean {
  if (qualifier) return qualifier === "ForAllValues";
  return operator.negated;
}

function texts(values: PolicyCondition[string][string]): readonly string[] {
  return [values].flat().map(String);
}

function toQualifier(text: string | undefined): SetQualifier | undefined {
  return text === "ForAllValues" || text === "ForAnyValue" ? text : undefined;
}
