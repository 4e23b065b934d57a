/**
 * Services whose ARNs contain only the resource's name, as `arn:aws:sqs:<region>:<account>:jobs`; for all others a kind
 * comes first, as in `table/comments` or `secret:db`.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const WITHOUT_KIND = new Set(["execute-api", "s3", "sns", "sqs"]);

/** Kinds whose ECS ARNs are `<kind>/<cluster>/<name>`: a pattern with a name means one resource, in any cluster. */
const IN_CLUSTER = new Set(["container-instance", "service", "task", "task-set"]);

const WILDCARDS = /^[*?]+$/;

/**
 * Checks whether an ARN pattern names no single resource: it means all of a service, or all of a kind (with contents).
 */
export function isWholeKind(arn: string): boolean {
  const [, , service = "", , , ...rest] = arn.split(":");
  const [kind = "", ...names] = withoutType(rest.join(":")).split(/[:/]/).filter(Boolean);
  if (WITHOUT_KIND.has(service)) return WILDCARDS.test(kind);
  // `table*` means every table too, because its pattern matches the slash.
  if (/[*?]/.test(kind)) return true;
  if (service === "ecs" && IN_CLUSTER.has(kind)) return names.every((name) => WILDCARDS.test(name));
  const [name] = names;
  return name !== undefined && WILDCARDS.test(name);
}

/** Returns the name alone, without a generated id or a load balancer's type before it. */
function withoutType(name: string): string {
  return name
    .replace(/^(\w+):[^:]*:\1Name\//, "$1/")
    .replace(/^(loadbalancer|listener|listener-rule)\/(app|net|gwy)\//, "$1/");
}

/** One key of a condition, as IAM evaluates it. */
export interface Condition {
  readonly operator: string;
  readonly key: string;
  /** A value that is not known yet does not count as a wildcard. */
  readonly values: readonly unknown[];
}

/**
 * Keys that leave only some resources or some callers. Keys that all or nearly all requests satisfy
 * (aws:SecureTransport, aws:MultiFactorAuthPresent, aws:CurrentTime) and those of the resource's own account are left
 * out.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const NARROWING = [
  /^[a-z0-9-]+:(resource|request|principal)tag\/./,
  /^aws:(principalarn|sourcearn|sourcevpc|sourcevpce|userid)$/,
  /^dynamodb:leadingkeys$/,
  /^ec2:(autoscalinggrouparn|instanceid|instanceprofile|networkinterfaceid|parentsnapshot|subnet|subnetid|vpc|vpcid)$/,
  /^ecs:(cluster|service|task-definition)$/,
  /^kms:(encryptioncontext:.+|requestalias|resourcealiases)$/,
  /^lambda:(functionarn|sourcefunctionarn)$/,
  /^secretsmanager:(name|secretid|resource\/allowrotationlambdaarn)$/,
];

/** Checks whether a condition limits the resources of a pattern: it must require equality with a named value. */
export function isNarrowing({ operator, key, values }: Condition): boolean {
  return (
    requiresEquality(operator) &&
    NARROWING.some((one) => one.test(key.toLowerCase())) &&
    !values.some((value) => typeof value === "string" && isAnything(value))
  );
}

/** Checks whether a condition limits a statement by one key: it must be required, and not match everything. */
export function limitsKey({ operator, key, values }: Condition, wanted: string): boolean {
  return (
    requiresEquality(operator) &&
    key.toLowerCase() === wanted.toLowerCase() &&
    !values.some((value) => typeof value === "string" && WILDCARDS.test(value))
  );
}

/**
 * Checks whether an operator refuses a request whose key is absent or has another value. IfExists allows an absent key,
 * ForAllValues an empty one, and a negation nearly everything.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function requiresEquality(operator: string): boolean {
  return /^(ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike)$/i.test(
    operator,
  );
}

function isAnything(value: string): boolean {
  if (WILDCARDS.test(value) || /^(eni|i|snap|subnet|vpc|vpce)-[*?]+$/.test(value)) return true;
  if (!/^(arn|[*?]+):/.test(value)) return false;
  // `arn:aws:iam::*` matches everything that could follow.
  return value.split(":").length < 6 || isWholeKind(value);
}
