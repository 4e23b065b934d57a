/** A service's codes for the errors that have different names in each service. */
export interface FaultCodes {
  readonly throttle: string;
  readonly internalError: string;
  readonly notFound: string;
}

type CodesOf = (operation: string) => Partial<FaultCodes>;

/** Codes of most services. */
const COMMON: FaultCodes = {
  throttle: "ThrottlingException",
  internalError: "InternalFailure",
  notFound: "ResourceNotFoundException",
};

/** By name of the SDK client. Sources: the error lists of each service's API reference. */
const CODES: Readonly<Record<string, CodesOf>> = {
  "api-gateway": () => ({ throttle: "TooManyRequestsException", notFound: "NotFoundException" }),
  "application-auto-scaling": () => ({
    internalError: "InternalServiceException",
    notFound: "ObjectNotFoundException",
  }),
  "auto-scaling": () => ({ throttle: "Throttling", notFound: "ValidationError" }),
  cloudwatch: () => ({
    throttle: "Throttling",
    internalError: "InternalServiceFault",
    notFound: "ResourceNotFound",
  }),
  "cloudwatch-logs": () => ({ internalError: "ServiceUnavailableException" }),
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
  dynamodb: (operation) => ({
    throttle: onTables.test(operation)
      ? "ThrottlingException"
      : "ProvisionedThroughputExceededException",
    internalError: "InternalServerError",
  }),
  ec2: (operation) => ({
    throttle: "RequestLimitExceeded",
    internalError: "InternalError",
    notFound: operation.includes("NetworkInterface")
      ? "InvalidNetworkInterfaceID.NotFound"
      : "InvalidInstanceID.NotFound",
  }),
  ecs: (operation) => ({
    internalError: "ServerException",
    notFound: operation.endsWith("Service") ? "ServiceNotFoundException" : ecsNotFound(operation),
  }),
  eventbridge: () => ({ internalError: "InternalException" }),
  iam: () => ({
    throttle: "Throttling",
    internalError: "ServiceFailure",
    notFound: "NoSuchEntity",
  }),
  kms: () => ({ internalError: "KMSInternalException", notFound: "NotFoundException" }),
  lambda: () => ({ throttle: "TooManyRequestsException", internalError: "ServiceException" }),
  scheduler: () => ({ internalError: "InternalServerException" }),
  "secrets-manager": () => ({ internalError: "InternalServiceError" }),
  s3: () => ({ throttle: "SlowDown", internalError: "InternalError", notFound: "NoSuchKey" }),
  sns: () => ({ throttle: "Throttling", internalError: "InternalError", notFound: "NotFound" }),
  sqs: () => ({ throttle: "RequestThrottled", notFound: "QueueDoesNotExist" }),
  ssm: () => ({ internalError: "InternalServerError", notFound: "ParameterNotFound" }),
  // For the caller, a role that does not exist and one that may not be assumed are the same.
  sts: () => ({ throttle: "Throttling", notFound: "AccessDenied" }),
};

/** Returns the codes of these errors for an operation; the codec knows their statuses. */
export function faultCodes(service: string, operation: string): FaultCodes {
  return { ...COMMON, ...CODES[service]?.(operation) };
}

/** Operations on tables have a request rate; operations on items use their table's capacity. */
const onTables = /Table|Backup|TimeToLive|Tag|Limits|Endpoints|Stream|Export|Import|ResourcePolicy/;

/** Returns ECS's code for a missing object. A missing task definition has no separate error: it is a client error. */
function ecsNotFound(operation: string): string {
  return operation.includes("TaskDefinition") ? "ClientException" : "ClusterNotFoundException";
}
