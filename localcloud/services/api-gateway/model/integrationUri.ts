/** Target of an AWS integration: an action of a service, or a path of its REST API. */
export interface AwsIntegrationUri {
  readonly region: string;
  /** Signing name of the service, e.g. `dynamodb`. */
  readonly service: string;
  /** E.g. the host prefix in `<prefix>.execute-api`; absent for most services. */
  readonly subdomain?: string;
  readonly kind: "action" | "path";
  /** Name of the action, or the path without its leading slash. */
  readonly target: string;
}

const AWS_URI =
  /^arn:[a-z-]+:apigateway:([a-z0-9-]+|\$\{stageVariables\.\w+\}):(?:([^:/.]+)\.)?([^:/.]+):(action|path)\/(.*)$/s;

/**
 * Parses `arn:aws:apigateway:{region}:{subdomain.service|service}:{path|action}/{service_api}`.
 * https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html
 */
export function parseAwsUri(uri: string): AwsIntegrationUri | undefined {
  const match = AWS_URI.exec(uri);
  if (!match) return undefined;
  const [, region, subdomain, service, kind, target] = match;
  return {
    region,
    service,
    ...(subdomain !== undefined && { subdomain }),
    kind: kind === "action" ? "action" : "path",
    target,
  };
}

/** Returns the ARN of the function in `lambda:path/2015-03-31/functions/<arn>/invocations`. */
export function lambdaFunctionArn(uri: AwsIntegrationUri): string | undefined {
  if (uri.service !== "lambda" || uri.kind !== "path") return undefined;
  return /^\/?2015-03-31\/functions\/(.+)\/invocations$/s.exec(uri.target)?.[1];
}

/** Splits a function ARN into the two parameters of Lambda's Invoke: the ARN without qualifier, and the qualifier. */
export function splitFunctionArn(arn: string): { functionName: string; qualifier?: string } {
  const parts = arn.split(":");
  if (parts[0] !== "arn" || parts.length < 8) return { functionName: arn };
  return { functionName: parts.slice(0, 7).join(":"), qualifier: parts.slice(7).join(":") };
}

const STAGE_VARIABLE = /\$\{stageVariables\.([A-Za-z0-9_]+)\}/g;

export function hasStageVariables(text: string): boolean {
  return new RegExp(STAGE_VARIABLE.source).test(text);
}

/** Replaces `${stageVariables.name}`. A variable that the stage does not have becomes an empty string. */
export function renderStageVariables(
  text: string,
  stageVariables: Readonly<Record<string, string>>,
): string {
  return text.replace(STAGE_VARIABLE, (_whole, name: string) => stageVariables[name] ?? "");
}
