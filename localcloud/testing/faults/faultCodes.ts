/** How a service names the two errors that every service names differently. */
interface FaultCodes {
  readonly throttle: string;
  readonly notFound: string;
}

/** By the name of the SDK client; sources: the error lists of each service's API reference. */
const CODES: Readonly<Record<string, FaultCodes>> = {
  "api-gateway": { throttle: "TooManyRequestsException", notFound: "NotFoundException" },
  "auto-scaling": { throttle: "Throttling", notFound: "ValidationError" },
  cloudwatch: { throttle: "Throttling", notFound: "ResourceNotFound" },
  ec2: { throttle: "RequestLimitExceeded", notFound: "InvalidInstanceID.NotFound" },
  ecs: { throttle: "ThrottlingException", notFound: "ServiceNotFoundException" },
  iam: { throttle: "Throttling", notFound: "NoSuchEntity" },
  kms: { throttle: "ThrottlingException", notFound: "NotFoundException" },
  lambda: { throttle: "TooManyRequestsException", notFound: "ResourceNotFoundException" },
  s3: { throttle: "SlowDown", notFound: "NoSuchKey" },
  sns: { throttle: "Throttling", notFound: "NotFound" },
  sqs: { throttle: "RequestThrottled", notFound: "QueueDoesNotExist" },
  ssm: { throttle: "ThrottlingException", notFound: "ParameterNotFound" },
};

const COMMON: FaultCodes = {
  throttle: "ThrottlingException",
  notFound: "ResourceNotFoundException",
};

export function faultCodes(service: string): FaultCodes {
  return CODES[service] ?? COMMON;
}
