/** How API Gateway specifies the action in calls to a service. */
export type ActionProtocol =
  | { readonly kind: "json"; readonly targetPrefix: string; readonly version: "1.0" | "1.1" }
  | { readonly kind: "query"; readonly version: string };

/**
 * Service whose actions API Gateway answers in the JSON form of a query protocol, wrapped in `<Action>Response`; the
 * service used that protocol in the past.
 */
const WRAPPED = "ssm";

/** Checks whether a service responds in that JSON form unless XML is requested. EC2's protocol has only XML. */
export function answersInQueryJson(service: string, kind: "action" | "path"): boolean {
  if (service === "ec2") return false;
  return actionProtocol(service)?.kind === "query" || (service === WRAPPED && kind === "action");
}

/**
 * Services by signing name. JSON services receive the action in `X-Amz-Target`; query services receive it in the
 * parameter `Action`, with the version of their API.
 */
const SERVICES: Readonly<Record<string, ActionProtocol>> = {
  autoscaling: { kind: "query", version: "2011-01-01" },
  dynamodb: { kind: "json", targetPrefix: "DynamoDB_20120810", version: "1.0" },
  ec2: { kind: "query", version: "2016-11-15" },
  ecs: { kind: "json", targetPrefix: "AmazonEC2ContainerServiceV20141113", version: "1.1" },
  events: { kind: "json", targetPrefix: "AWSEvents", version: "1.1" },
  firehose: { kind: "json", targetPrefix: "Firehose_20150804", version: "1.1" },
  iam: { kind: "query", version: "2010-05-08" },
  kinesis: { kind: "json", targetPrefix: "Kinesis_20131202", version: "1.1" },
  kms: { kind: "json", targetPrefix: "TrentService", version: "1.1" },
  logs: { kind: "json", targetPrefix: "Logs_20140328", version: "1.1" },
  monitoring: { kind: "query", version: "2010-08-01" },
  secretsmanager: { kind: "json", targetPrefix: "secretsmanager", version: "1.1" },
  sns: { kind: "query", version: "2010-03-31" },
  sqs: { kind: "query", version: "2012-11-05" },
  ssm: { kind: "json", targetPrefix: "AmazonSSM", version: "1.1" },
  states: { kind: "json", targetPrefix: "AWSStepFunctions", version: "1.0" },
  sts: { kind: "query", version: "2011-06-15" },
};

export function actionProtocol(service: string): ActionProtocol | undefined {
  return Object.hasOwn(SERVICES, service) ? SERVICES[service] : undefined;
}
