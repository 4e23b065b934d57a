import { checkLength, constraintError, required } from "../../../core/constraint";
import { validationError } from "./errors";

const NAME = /^[\w+=,.@-]+$/;
const PATH = /^\/$|^\/[\u0021-\u007E]+\/$/;

/**
 * Maximum length of names:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
 */
export const NAME_LIMITS = {
  roleName: 64,
  userName: 64,
  policyName: 128,
  instanceProfileName: 128,
} as const;

/** Returns the name. Throws IAM's ValidationError if it is absent, too long or has invalid characters. */
export function checkedName(value: string | undefined, member: keyof typeof NAME_LIMITS): string {
  const name = required(value, member, "ValidationError");
  checkLength(name, member, { min: 1, max: NAME_LIMITS[member] }, "ValidationError");
  if (!NAME.test(name))
    throw validationError(
      `The specified value for ${member} is invalid. ` +
        "It must contain only alphanumeric characters and/or the following: +=,.@_-",
    );
  return name;
}

/** Returns the path of a role, user, policy or profile. Default `/`; at most 512 characters. */
export function checkedPath(value: string | undefined): string {
  const path = value ?? "/";
  checkLength(path, "path", { min: 1, max: 512 }, "ValidationError");
  if (!PATH.test(path))
    throw validationError(
      "The specified value for path is invalid. " +
        "It must begin and end with / and contain only alphanumeric characters and/or / characters.",
    );
  return path;
}

/** Checks that a description has at most 1,000 characters. */
export function checkDescription(description: string | undefined): void {
  checkLength(description, "description", { min: 0, max: 1000 }, "ValidationError");
}

/** Returns the duration in seconds; between one hour and twelve. */
export function checkedSessionDuration(seconds: number | undefined): number {
  const value = seconds ?? 3600;
  if (value < 3600 || value > 43_200)
    throw constraintError(
      {
        member: "maxSessionDuration",
        value,
        rule:
          value < 3600
            ? "Member must have value greater than or equal to 3600"
            : "Member must have value less than or equal to 43200",
      },
      "ValidationError",
    );
  return value;
}
