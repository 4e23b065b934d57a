import { AwsError } from "../core/errors";
import { parseOperatorName } from "./conditions";

/** A JSON object of a policy before its grammar is known. */
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

/** The statements of a policy, of which there must be at least one; undefined when they are none. */
export function statementsOf(policy: Element): readonly Element[] | undefined {
  const statements = [policy.Statement].flat();
  return statements.length > 0 && statements.every(isElement) ? statements : undefined;
}

/** Text values of an element that is a text or a list of texts; undefined when it is anything else. */
export function textsOf(value: unknown): readonly string[] | undefined {
  const values = [value].flat();
  return values.every((item) => typeof item === "string") ? values : undefined;
}

/** An operator name that IAM knows over keys with plain values; unknown operators only pass when empty. */
export function isCondition(value: unknown): boolean {
  if (!isElement(value)) return false;
  return Object.entries(value).every(([operator, keys]) => {
    if (!isElement(keys)) return false;
    if (!Object.values(keys).every((values) => [values].flat().every(isScalar))) return false;
    return parseOperatorName(operator) !== undefined || Object.keys(keys).length === 0;
  });
}

/** The error of an Action or NotAction that is no `vendor:Name`; undefined when it is one. */
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
