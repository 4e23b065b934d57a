import { invalidValue } from "./errors";

/** `RedrivePolicy`: the target for messages that were received too often. */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** `RedriveAllowPolicy`: the queues that may use this one as their dead-letter queue. */
export interface RedriveAllowPolicy {
  readonly redrivePermission: "allowAll" | "denyAll" | "byQueue";
  readonly sourceQueueArns: readonly string[];
}

const MAX_RECEIVE_COUNT = 1000;
const MAX_SOURCE_QUEUES = 10;

/** Parses the attribute's value; undefined for no policy. Throws InvalidParameterValue. */
export function parseRedrivePolicy(text: string | undefined): RedrivePolicy | undefined {
  if (!text) return undefined;
  const refuse = (reason: string): Error => invalidValue(text, "RedrivePolicy", reason);
  const policy = parseMap(text);
  if (!policy) throw refuse("Redrive policy is not a valid JSON map.");
  for (const name of ["deadLetterTargetArn", "maxReceiveCount"])
    if (policy[name] === undefined)
      throw refuse(`Redrive policy does not contain mandatory attribute: ${name}.`);
  // Strings of digits are accepted too, because older tools write them.
  const maxReceiveCount = Number(policy.maxReceiveCount);
  if (!(maxReceiveCount >= 1 && maxReceiveCount <= MAX_RECEIVE_COUNT))
    throw refuse(
      `Invalid value for maxReceiveCount: ${String(policy.maxReceiveCount)}, valid values are from 1 to ${MAX_RECEIVE_COUNT} both inclusive.`,
    );
  if (typeof policy.deadLetterTargetArn !== "string")
    throw refuse("Invalid value for deadLetterTargetArn.");
  return { deadLetterTargetArn: policy.deadLetterTargetArn, maxReceiveCount };
}

/** Parses the attribute's value; without a policy every queue is allowed. Throws InvalidParameterValue. */
export function parseRedriveAllowPolicy(text: string | undefined): RedriveAllowPolicy {
  if (!text) return { redrivePermission: "allowAll", sourceQueueArns: [] };
  const refuse = (reason: string): Error => invalidValue(text, "RedriveAllowPolicy", reason);
  const policy = parseMap(text);
  const permission = policy?.redrivePermission;
  if (permission !== "allowAll" && permission !== "denyAll" && permission !== "byQueue")
    throw refuse(
      "Amazon SQS can't create the redrive allow policy, as it's in an unsupported format.",
    );
  const arns = policy?.sourceQueueArns ?? [];
  if (!Array.isArray(arns) || !arns.every((arn) => typeof arn === "string"))
    throw refuse(
      "Amazon SQS can't create the redrive allow policy, as it's in an unsupported format.",
    );
  if (
    permission === "byQueue" ? arns.length < 1 || arns.length > MAX_SOURCE_QUEUES : arns.length > 0
  )
    throw refuse(
      "Amazon SQS can't create the redrive allow policy. When you specify the byQueue permission type, " +
        "you must specify one or more sourceQueueArns values, at most 10; with no other type may you specify any.",
    );
  return { redrivePermission: permission, sourceQueueArns: arns };
}

/** Checks whether a queue with this policy may receive the dead letters of `sourceArn`. */
export function allowsSource(policy: RedriveAllowPolicy, sourceArn: string): boolean {
  return policy.redrivePermission === "byQueue"
    ? policy.sourceQueueArns.includes(sourceArn)
    : policy.redrivePermission === "allowAll";
}

function parseMap(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value))
      : undefined;
  } catch {
    return undefined;
  }
}
