import { AwsError } from "../../../core/errors";

export function queueDoesNotExist(): AwsError {
  return new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
}

export function invalidParameterValue(message: string): AwsError {
  return new AwsError("InvalidParameterValue", message, { status: 400 });
}

/** Returns the error `Value 11 for parameter MaxNumberOfMessages is invalid. Reason: ...`. */
export function invalidValue(value: unknown, parameter: string, reason: string): AwsError {
  return invalidParameterValue(
    `Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`,
  );
}

export function unknownAttribute(name: string): AwsError {
  return new AwsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
}

export function missingParameter(parameter: string): AwsError {
  return new AwsError("MissingParameter", `The request must contain the parameter ${parameter}.`, {
    status: 400,
  });
}

/** Returns the member's value. Throws MissingParameter if it is absent. */
export function required<Value>(value: Value | undefined | null, parameter: string): Value {
  if (value === undefined || value === null) throw missingParameter(parameter);
  return value;
}

/** Checks that a number is an integer in `min..max`; an absent one is valid. */
export function checkNumber(
  value: number | undefined,
  parameter: string,
  range: { min: number; max: number; reason: string },
): void {
  if (value === undefined) return;
  if (value < range.min || value > range.max) throw invalidValue(value, parameter, range.reason);
}
