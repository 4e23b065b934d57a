import { nameOf } from "../../../retry";

export const deploymentOnlyModule = true;

/** Why a zip is not deployed, and what its owner can do. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  /** Last lines of a build's output. */
  readonly buildOutput?: string;
}

/** Creates an error that ends an upload: a retry would not help. */
export function rejectedUpload(problem: Problem): Error {
  return Object.assign(new Error(problem.message), { problem });
}

/** Creates an error that asks for another try after this many seconds. */
export function notYet(seconds: number, message: string): Error {
  return Object.assign(new Error(message), { againIn: seconds });
}

export function againInOf(error: unknown): number | undefined {
  return (error as { againIn?: number } | undefined)?.againIn;
}

/** Creates an error that asks for another try of an upload whose zip was missing. */
export function zipIsMissing(seconds: number): Error {
  return Object.assign(notYet(seconds, "the zip was deleted"), { isMissing: true });
}

export function isZipMissing(error: unknown): boolean {
  return (error as { isMissing?: boolean } | undefined)?.isMissing ?? false;
}

/** Returns the problem of the zip that an error reports; undefined for an error with another cause. */
export function problemOf(error: unknown): Problem | undefined {
  const { problem } = error as { problem?: Problem };
  if (problem) return problem;
  const message = error instanceof Error ? error.message : String(error);
  switch (nameOf(error)) {
    case "InvalidParameterValueException":
      // Not the zip's fault. An unreadable zip existed a moment ago: the next try shows whether it was deleted. A new
      // role becomes visible with time.
      if (isUnreadable(error) || isRoleTooNew(error)) return undefined;
      return {
        code: "refusedByLambda",
        message: `Lambda says: ${withoutValues(message)}`,
        fix: "fix what it names, in the zip, its lambda.json or the program's apps",
      };
    case "RequestEntityTooLargeException":
      return {
        code: "tooLarge",
        message: `Lambda says: ${message}`,
        fix: "leave out what the app does not need",
      };
    case "CodeStorageExceededException":
      return {
        code: "codeStorageExceeded",
        message: `Lambda says: ${message}`,
        fix: "delete functions or versions that nobody needs, or ask AWS for more, and upload again",
      };
    default:
      return undefined;
  }
}

/** Checks for the errors of a resource that is being changed, or was just changed elsewhere. */
export function isInterference(error: unknown): boolean {
  return (
    isUnreadable(error) ||
    isRoleTooNew(error) ||
    /^(ResourceConflictException|PreconditionFailedException|ResourceNotFoundException)$/.test(
      nameOf(error),
    )
  );
}

/** Removes the environment, which Lambda repeats when it is too large: it may contain secrets. */
function withoutValues(message: string): string {
  return message.replace(/\s*String measured:.*$/s, "");
}

/**
 * Matches the errors of S3 in Lambda's message after which the next try may succeed: the version does not exist yet, S3
 * is busy, or the bucket policy that lets Lambda read zips in place is not known everywhere yet.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
 */
const UNREADABLE =
  /S3 Error Code: (NoSuchKey|NoSuchVersion|SlowDown|InternalError|ServiceUnavailable|RequestTimeout)\b|^Lambda service principal /;

/** Checks whether Lambda could not read the code from the bucket at this moment. */
function isUnreadable(error: unknown): boolean {
  return (
    nameOf(error) === "InvalidParameterValueException" && UNREADABLE.test((error as Error).message)
  );
}

/**
 * Checks for Lambda's error about a role, or a permission of it, that IAM does not show everywhere yet.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
export function isRoleTooNew(error: unknown): boolean {
  return (
    nameOf(error) === "InvalidParameterValueException" &&
    /cannot be assumed by Lambda|execution role does not have permissions/i.test(
      (error as Error).message,
    )
  );
}
