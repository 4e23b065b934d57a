import { AwsError } from "../core/errors";
import { parseOperatorName } from "./conditions";

/** A JSON object in a policy that is not yet validated. */
export type Element = Readonly<Record<string, unknown>>;

export const VERSIONS: readonly unknown[] = ["2008-10-17", "2012-10-17"];
export const POLICY_FIELDS: readonly string[] = ["Version", "Id", "Statement"];
export const STATEMENT_FIELDS: readonly string[] = [
  "Sid",
  "Effect",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Principal",
  "NotPrincipal",
  "Condition",
];

export function malformed(message: string): AwsError {
  return new AwsError("MalformedPolicyDocument", message, { status: 400 });
}

export function isElement(value: unknown): value is Element {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns the statements of a policy; undefined unless there is at least one. */
export function statementsOf(policy: Element): readonly Element[] | undefined {
  const statements = [policy.Statement].flat();
  return statements.length > 0 && statements.every(isElement) ? statements : undefined;
}

/** Returns the strings of an element that is a string or a list of strings; undefined for anything else. */
export function textsOf(value: unknown): readonly string[] | undefined {
  const values = [value].flat();
  return values.every((item) => typeof item === "string") ? values : undefined;
}

/** Checks for known operators with plain values of their keys; an unknown operator is valid only if it is empty. */
export function isCondition(value: unknown): boolean {
  if (!isElement(value)) return false;
  return Object.entries(value).every(([operator, keys]) => {
    if (!isElement(keys)) return false;
    if (!Object.values(keys).every((values) => [values].flat().every(isScalar))) return false;
    return parseOperatorName(operator) !== undefined || Object.keys(keys).length === 0;
  });
}

/** Returns the error for an Action or NotAction that is not `vendor:Name`; undefined if it is valid. */
export function actionError(action: string): string | undefined {
  if (action === "*") return undefined;
  const [vendor, ...rest] = action.split(":");
  if (rest.length === 0)
    return "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
  if (rest.length > 1) return "Actions/Condition can contain only one colon.";
  if (vendor !== "*" && /[^a-zA-Z0-9\-.]/.test(vendor)) return `Vendor ${vendor} is not valid`;
  return undefined;
}

function isScalar(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}
