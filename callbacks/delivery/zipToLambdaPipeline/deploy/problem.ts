import { nameOf } from "../../../retry";

export const deploymentOnlyModule = true;

/** Why a zip is not deployed, and what its owner can do. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  /** Last lines of what a build has printed. */
  readonly buildOutput?: string;
}

/** An error that ends an upload: to try again would not help. */
export function rejectedUpload(problem: Problem): Error {
  return Object.assign(new Error(problem.message), { problem });
}

/** An error that asks for another try in so many seconds. */
export function notYet(seconds: number, message: string): Error {
  return Object.assign(new Error(message), { againIn: seconds });
}

export function againInOf(error: unknown): number | undefined {
  return (error as { againIn?: number } | undefined)?.againIn;
}

/** The same, of an upload whose zip was not there. */
export function zipIsMissing(seconds: number): Error {
  return Object.assign(notYet(seconds, "the zip is gone"), { isMissing: true });
}

export function isZipMissing(error: unknown): boolean {
  return (error as { isMissing?: boolean } | undefined)?.isMissing ?? false;
}

/** What an error says about the zip itself; undefined for one that says nothing of it. */
export function problemOf(error: unknown): Problem | undefined {
  const { problem } = error as { problem?: Problem };
  if (problem) return problem;
  const message = error instanceof Error ? error.message : String(error);
  switch (nameOf(error)) {
    case "InvalidParameterValueException":
      // The zip was there a moment ago: another look tells whether it is gone. A role becomes known in time.
      if (isUnreadable(error) || isRoleTooNew(error)) return undefined;
      return {
        code: "refusedByLambda",
        message: `Lambda says: ${withoutValues(message)}`,
        fix: "mend what it names, in the zip, its lambda.json or the program's apps",
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

/** What a resource that is in the middle of a change answers, or one that somebody else has just changed. */
export function isInterference(error: unknown): boolean {
  return (
    isUnreadable(error) ||
    isRoleTooNew(error) ||
    /^(ResourceConflictException|PreconditionFailedException|ResourceNotFoundException)$/.test(
      nameOf(error),
    )
  );
}

/** Lambda repeats a whole environment that is too large, and secrets may be in it. */
function withoutValues(message: string): string {
  return message.replace(/\s*String measured:.*$/s, "");
}

/** Lambda could not read the code from the bucket. */
function isUnreadable(error: unknown): boolean {
  return (
    nameOf(error) === "InvalidParameterValueException" &&
    /S3 Error Code: NoSuch(Key|Version)/.test((error as Error).message)
  );
}

/**
 * What Lambda answers for a role, or a permission of it, that IAM does not show everywhere yet.
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
