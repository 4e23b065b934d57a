import { AwsError } from "../../../core/errors";

/** Returns the HTTP 400 error for input that violates a rule of API Gateway. */
export function badRequest(message: string): AwsError {
  return new AwsError("BadRequestException", message);
}

/** HTTP 404. */
export function notFound(message: string): AwsError {
  return new AwsError("NotFoundException", message);
}

/** HTTP 409. */
export function conflict(message: string): AwsError {
  return new AwsError("ConflictException", message);
}

/** Returns an HTTP 400 error; several violations share one message, as in API Gateway. */
export function validationException(violations: readonly string[]): AwsError {
  const count = `${violations.length} validation error${violations.length === 1 ? "" : "s"}`;
  return new AwsError("ValidationException", `${count} detected: ${violations.join("; ")}`, {
    status: 400,
  });
}

export function enumViolation(value: string, member: string, allowed: readonly string[]): string {
  return (
    `Value '${value}' at '${member}' failed to satisfy constraint: ` +
    `Member must satisfy enum value set: [${allowed.join(", ")}]`
  );
}

/** Returns the error for an option that AWS has and this cloud does not support. */
export function unsupportedOption(option: string): AwsError {
  return badRequest(`The local cloud does not support ${option}. Nothing was done.`);
}
