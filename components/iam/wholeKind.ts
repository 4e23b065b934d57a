/**
 * Services whose ARNs name the resource alone, as `arn:aws:sqs:<region>:<account>:jobs`; those of all others begin with a
 * kind, as `table/comments` or `secret:db`.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const WITHOUT_KIND = new Set(["execute-api", "s3", "sns", "sqs"]);

/** Amazon ECS names these `<kind>/<cluster>/<name>`: one that has a name is one, whichever the cluster. */
const IN_CLUSTER = new Set(["container-instance", "service", "task", "task-set"]);

const WILDCARDS = /^[*?]+$/;

/** Whether an ARN pattern names no resource: every one of a service, or every one of a kind (and what is in these). */
export function isWholeKind(arn: string): boolean {
  const [, , service = "", , , ...rest] = arn.split(":");
  const [kind = "", ...names] = withoutType(rest.join(":")).split(/[:/]/).filter(Boolean);
  if (WITHOUT_KIND.has(service)) return WILDCARDS.test(kind);
  // `table*` is every table too: its pattern matches the slash.
  if (/[*?]/.test(kind)) return true;
  if (service === "ecs" && IN_CLUSTER.has(kind)) return names.every((name) => WILDCARDS.test(name));
  const [name] = names;
  return name !== undefined && WILDCARDS.test(name);
}

/** The name alone, where an ARN has a generated id or the type of a load balancer before it. */
function withoutType(name: string): string {
  return name
    .replace(/^(\w+):[^:]*:\1Name\//, "$1/")
    .replace(/^(loadbalancer|listener|listener-rule)\/(app|net|gwy)\//, "$1/");
}

/** One key of a condition, as IAM evaluates it. */
export interface Condition {
  readonly operator: string;
  readonly key: string;
  /** A value that is not known yet is no wildcard. */
  readonly values: readonly unknown[];
}

/**
 * Keys that leave only some resources or some callers. Those that every request or nearly every one meets
 * (aws:SecureTransport, aws:MultiFactorAuthPresent, aws:CurrentTime) and those of the resource's own account are not here.
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

/** Whether a condition limits what a pattern stands for: it must hold, by equality, for something that has a name. */
export function isNarrowing({ operator, key, values }: Condition): boolean {
  return (
    requiresEquality(operator) &&
    NARROWING.some((one) => one.test(key.toLowerCase())) &&
    !values.some((value) => typeof value === "string" && isAnything(value))
  );
}

/** Whether a condition limits a statement by one key: it must hold, and not for just anything. */
export function limitsKey({ operator, key, values }: Condition, wanted: string): boolean {
  return (
    requiresEquality(operator) &&
    key.toLowerCase() === wanted.toLowerCase() &&
    !values.some((value) => typeof value === "string" && WILDCARDS.test(value))
  );
}

/**
 * Whether an operator refuses a request whose key is absent or other than the values. IfExists lets an absent key
 * through, ForAllValues an empty one, and a negation nearly everything.
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
  // `arn:aws:iam::*` stands for all that could follow.
  return value.split(":").length < 6 || isWholeKind(value);
}
