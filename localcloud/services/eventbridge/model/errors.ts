import { AwsError } from "../../../core/errors";

export function validation(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

export function busNotFound(name: string): AwsError {
  return new AwsError("ResourceNotFoundException", `Event bus ${name} does not exist.`);
}

export function ruleNotFound(name: string, bus: string): AwsError {
  return new AwsError(
    "ResourceNotFoundException",
    `Rule ${name} does not exist on EventBus ${bus}.`,
  );
}

export function limitExceeded(): AwsError {
  return new AwsError(
    "LimitExceededException",
    "The requested resource exceeds the maximum number allowed.",
  );
}

/** Returns the error for an option or target that AWS has and this cloud does not support. */
export function unsupported(what: string): AwsError {
  return new AwsError(
    "NotImplemented",
    `The local cloud does not implement ${what} of EventBridge.`,
    {
      status: 501,
    },
  );
}
