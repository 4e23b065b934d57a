import { AwsError } from "../../../core/errors";

export function validationException(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

/** Returns the error `One or more parameter values were invalid: ...`. */
export function invalidParameters(reason: string): AwsError {
  return validationException(`One or more parameter values were invalid: ${reason}`);
}

export function resourceNotFound(detail?: string): AwsError {
  const message = "Requested resource not found";
  return new AwsError("ResourceNotFoundException", detail ? `${message}: ${detail}` : message);
}

export function tableNotFound(name: string): AwsError {
  return resourceNotFound(`Table: ${name} not found`);
}

/** Returns the error for an option that AWS has and this cloud does not support. */
export function optionNotImplemented(option: string): AwsError {
  return new AwsError(
    "NotImplemented",
    `The local cloud does not implement ${option} of DynamoDB. Nothing was done.`,
    { status: 501 },
  );
}

/** Refuses the first member of `input` that is set and in the list. */
export function refuseOptions<Input extends object>(
  input: Input,
  options: readonly (keyof Input & string)[],
): void {
  const given = options.find((option) => input[option] !== undefined);
  if (given !== undefined) throw optionNotImplemented(given);
}
