import { AwsError } from "../../../core/errors";

export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}

export function clientError(message: string): AwsError {
  return new AwsError("ClientException", message);
}

export function clusterNotFound(): AwsError {
  return new AwsError("ClusterNotFoundException", "Cluster not found.");
}

export function serviceNotFound(): AwsError {
  return new AwsError("ServiceNotFoundException", "Service not found.");
}

export function serviceNotActive(): AwsError {
  return new AwsError("ServiceNotActiveException", "Service was not ACTIVE.");
}

/** Returns the error for an option that AWS has and this cloud does not support. */
export function unsupported(option: string): AwsError {
  return new AwsError("NotImplemented", `The local cloud does not implement ${option} of ECS.`, {
    status: 501,
  });
}

/** Refuses options that would affect the behaviour but are not emulated. */
export function refuseUnsupported(options: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(options)) if (isGiven(value)) throw unsupported(name);
}

function isGiven(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return false;
  return !(Array.isArray(value) && value.length === 0);
}
