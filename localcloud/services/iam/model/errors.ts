import { AwsError } from "../../../core/errors";

export function noSuchEntity(message: string): AwsError {
  return new AwsError("NoSuchEntity", message, { status: 404 });
}

export function alreadyExists(message: string): AwsError {
  return new AwsError("EntityAlreadyExists", message, { status: 409 });
}

export function deleteConflict(message: string): AwsError {
  return new AwsError("DeleteConflict", message, { status: 409 });
}

export function limitExceeded(message: string): AwsError {
  return new AwsError("LimitExceeded", message, { status: 409 });
}

/** Returns an error such as `Cannot exceed quota for PoliciesPerRole: 10`. */
export function quotaExceeded(quota: string, limit: number): AwsError {
  return limitExceeded(`Cannot exceed quota for ${quota}: ${limit}`);
}

export function invalidInput(message: string): AwsError {
  return new AwsError("InvalidInput", message, { status: 400 });
}

export function validationError(message: string): AwsError {
  return new AwsError("ValidationError", message, { status: 400 });
}
