import { AwsError } from "../../../core/errors";

/** Lambda's modelled errors state in their member `Type` who caused them. */
const BY_USER = { Type: "User" };

export function notFound(message: string): AwsError {
  return new AwsError("ResourceNotFoundException", message, { status: 404, fields: BY_USER });
}

export function functionNotFound(arn: string): AwsError {
  return notFound(`Function not found: ${arn}`);
}

export function conflict(message: string): AwsError {
  return new AwsError("ResourceConflictException", message, { status: 409, fields: BY_USER });
}

export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterValueException", message, { status: 400, fields: BY_USER });
}

/** Error for an option of AWS that this cloud does not support. */
export function unsupported(what: string): AwsError {
  return invalidParameter(`The local cloud does not support ${what}; see docs/local-cloud.md.`);
}

export function preconditionFailed(message: string): AwsError {
  return new AwsError("PreconditionFailedException", message, { status: 412, fields: BY_USER });
}

/** Error with status 429: a concurrency limit is reached. */
export function throttled(
  reason: "ReservedFunctionConcurrentInvocationLimitExceeded" | "ConcurrentInvocationLimitExceeded",
): AwsError {
  return new AwsError("TooManyRequestsException", "Rate Exceeded.", {
    status: 429,
    fields: { ...BY_USER, Reason: reason },
  });
}

export function isThrottle(error: unknown): boolean {
  return error instanceof AwsError && error.code === "TooManyRequestsException";
}

/** Checks whether an error is a denial by IAM, under any of the names that services use for it. */
export function isDenied(error: unknown): boolean {
  return error instanceof AwsError && /^AccessDenied/.test(error.code);
}
