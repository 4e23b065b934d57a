import type { AssumeRoleCommandInput, AssumeRoleCommandOutput, Tag } from "@aws-sdk/client-sts";
import { checkLength, checkPattern, checkRange, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import type { AccessCheck, CallContext } from "../../../core/service";
import type { ContextValues } from "../../../access/context";
import { validateSessionPolicy } from "../../../access/validate";
import { refuseUnsupported, type StsOperation, type StsStore } from "../model/operation";

const CODE = "ValidationError";
/** Seconds; https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const DEFAULT_DURATION = 3600;
const MAX_CHAINED_DURATION = 3600;
const MIN_ARN_LENGTH = 20;

/**
 * Returns a session of a role, if its trust policy and the caller's own policies allow it.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export const assumeRole: StsOperation<AssumeRoleCommandInput, AssumeRoleCommandOutput> = {
  access(input, context) {
    checkArn(input.RoleArn ?? "");
    const checks = [trustCheck("sts:AssumeRole", input, context)];
    return input.Tags?.length ? [...checks, trustCheck("sts:TagSession", input, context)] : checks;
  },
  run(input, { principal, cloud }) {
    refuseUnsupported(input, [
      "ExternalContexts",
      "MinimumSessionTokenSize",
      "ProvidedContexts",
      "SerialNumber",
      "SourceIdentity",
      "TokenCode",
      "TransitiveTagKeys",
    ]);
    const { roleArn, sessionName, durationSeconds } = checkedInput(input);
    if (principal.type === "root")
      throw new AwsError("AccessDenied", "Roles may not be assumed by root accounts.", {
        status: 403,
      });
    if (principal.type === "role" && durationSeconds > MAX_CHAINED_DURATION)
      throw new AwsError(
        CODE,
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
        { status: 400 },
      );
    const session = cloud.identity.assumeRole({
      caller: principal,
      roleArn,
      sessionName,
      durationSeconds,
      tags: distinctTags(input.Tags),
      policy: input.Policy === undefined ? undefined : validateSessionPolicy(input.Policy),
      policyArns: input.PolicyArns?.map(({ arn }) =>
        required(arn, "policyArns.1.member.arn", CODE),
      ),
    });
    return {
      Credentials: {
        AccessKeyId: session.accessKeyId,
        SecretAccessKey: session.secretAccessKey,
        SessionToken: session.sessionToken,
        Expiration: session.expiration,
      },
      AssumedRoleUser: {
        AssumedRoleId: `${session.principal.roleId}:${sessionName}`,
        Arn: session.principal.arn,
      },
      ...(input.Policy !== undefined && { PackedPolicySize: packedPercentage(input.Policy) }),
    };
  },
};

/** Returns the check, with the role's trust policy as the resource policy. */
function trustCheck(
  action: string,
  input: AssumeRoleCommandInput,
  { cloud }: CallContext<StsStore>,
): AccessCheck {
  const roleArn = input.RoleArn ?? "";
  return {
    action,
    resource: roleArn,
    resourcePolicy: cloud.identity.trustPolicy(roleArn),
    context: requestKeys(input),
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html */
function requestKeys(input: AssumeRoleCommandInput): ContextValues {
  const tags = tagRecord(input.Tags);
  return {
    ...(input.ExternalId !== undefined && { "sts:ExternalId": input.ExternalId }),
    ...(input.RoleSessionName !== undefined && { "sts:RoleSessionName": input.RoleSessionName }),
    ...Object.fromEntries(
      Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]),
    ),
    ...(input.Tags?.length && { "aws:TagKeys": Object.keys(tags) }),
  };
}

function checkedInput(input: AssumeRoleCommandInput): {
  roleArn: string;
  sessionName: string;
  durationSeconds: number;
} {
  const roleArn = required(input.RoleArn, "roleArn", CODE);
  checkLength(roleArn, "roleArn", { min: MIN_ARN_LENGTH, max: 2048 }, CODE);
  const sessionName = required(input.RoleSessionName, "roleSessionName", CODE);
  checkLength(sessionName, "roleSessionName", { min: 2, max: 64 }, CODE);
  checkPattern(sessionName, "roleSessionName", /^[\w+=,.@-]*$/, CODE);
  checkRange(input.DurationSeconds, "durationSeconds", { min: 900, max: 43_200 }, CODE);
  checkLength(input.ExternalId, "externalId", { min: 2, max: 1224 }, CODE);
  checkLength(input.Policy, "policy", { min: 1, max: 2048 }, CODE);
  checkLength(input.PolicyArns, "policyArns", { min: 0, max: 10 }, CODE);
  checkLength(input.Tags, "tags", { min: 0, max: 50 }, CODE);
  return { roleArn, sessionName, durationSeconds: input.DurationSeconds ?? DEFAULT_DURATION };
}

/**
 * Refuses a text that is no ARN before the permissions are evaluated. A well-formed ARN of anything but a role is denied
 * instead.
 */
function checkArn(roleArn: string): void {
  if (roleArn.length >= MIN_ARN_LENGTH && !/^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/s.test(roleArn))
    throw new AwsError(CODE, `${roleArn} is invalid`, { status: 400 });
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_operations */
function distinctTags(tags: readonly Tag[] | undefined): Record<string, string> {
  const record = tagRecord(tags);
  const keys = new Set(Object.keys(record).map((key) => key.toLowerCase()));
  if (keys.size < (tags?.length ?? 0))
    throw new AwsError(
      "InvalidParameterValue",
      "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
      { status: 400 },
    );
  return record;
}

function tagRecord(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

/** Returns how much of the space for policies and tags is used; AWS packs them in a private format. */
function packedPercentage(policy: string): number {
  return Math.ceil((policy.length / 2048) * 100);
}
