import type { Integration, Method } from "@aws-sdk/client-api-gateway";
import { badRequest, enumViolation, validationException } from "./apiErrors";
import { hasStageVariables, lambdaFunctionArn, parseAwsUri } from "./integrationUri";
import { checkRequestMapping } from "./mappingExpressions";
import { HTTP_METHODS } from "../operations/methods";
import { checkTemplates } from "./templates";

const TYPES = ["HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS"];
const PASSTHROUGH = ["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"];
const CONTENT_HANDLING = ["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"];
const MIN_TIMEOUT_MS = 50;
const MAX_TIMEOUT_MS = 29_000;

/** Checks an integration that is put or patched, and refuses everything that AWS refuses. */
export function checkIntegration(
  integration: Integration,
  method: Method,
  caller: { accountId: string; region: string },
): void {
  const { type = "", passthroughBehavior = "", contentHandling, timeoutInMillis } = integration;
  if (!TYPES.includes(type))
    throw validationException([enumViolation(type, "putIntegrationInput.type", TYPES)]);
  if (!PASSTHROUGH.includes(passthroughBehavior))
    throw badRequest(
      `Invalid passthroughBehavior specified. Valid options are ${PASSTHROUGH.join(", ")}`,
    );
  if (contentHandling !== undefined && !CONTENT_HANDLING.includes(contentHandling))
    throw validationException([
      enumViolation(contentHandling, "putIntegrationInput.contentHandling", CONTENT_HANDLING),
    ]);
  if (
    timeoutInMillis !== undefined &&
    (timeoutInMillis < MIN_TIMEOUT_MS || timeoutInMillis > MAX_TIMEOUT_MS)
  )
    throw badRequest(`Timeout should be between ${MIN_TIMEOUT_MS} ms and ${MAX_TIMEOUT_MS} ms`);
  if (type !== "MOCK") checkEndpoint(integration, caller);
  checkRequestMapping(integration.requestParameters, method);
  checkTemplates(integration.requestTemplates);
}

function checkEndpoint(
  integration: Integration,
  caller: { accountId: string; region: string },
): void {
  const { type, uri = "", httpMethod } = integration;
  if (!httpMethod) throw badRequest("Enumeration value for HttpMethod must be non-empty");
  if (!HTTP_METHODS.includes(httpMethod))
    throw badRequest(`Invalid HttpMethod specified. Valid options are ${HTTP_METHODS.join(",")}`);
  if (type === "AWS" || type === "AWS_PROXY") checkAwsUri(uri, type, caller);
  else checkHttpUri(uri);
  checkCredentials(integration.credentials);
}

function checkAwsUri(uri: string, type: string, caller: { accountId: string }): void {
  if (!/^arn:[a-z-]+:apigateway:/.test(uri))
    throw badRequest("Invalid ARN specified in the request");
  const parsed = parseAwsUri(uri);
  if (!parsed) throw badRequest("AWS ARN for integration must contain path or action");
  const functionArn = lambdaFunctionArn(parsed);
  if (type === "AWS_PROXY" && functionArn === undefined)
    throw badRequest(
      "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
    );
  if (functionArn === undefined || hasStageVariables(functionArn)) return;
  if (!/^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(?::[\w$-]+)?$/.test(functionArn))
    throw badRequest(`Invalid lambda function specified for account ${caller.accountId}`);
}

/** Checks the URI. Stage variables are allowed anywhere; `{name}` is a path parameter. */
function checkHttpUri(uri: string): void {
  const sample = uri
    .replace(/\$\{stageVariables\.\w+\}/g, "variable")
    .replace(/\{[^}]*\}/g, "part");
  if (!/^https?:\/\//i.test(sample) || !URL.canParse(sample))
    throw badRequest("Invalid HTTP endpoint specified for URI");
}

function checkCredentials(credentials: string | undefined): void {
  if (!credentials || hasStageVariables(credentials)) return;
  if (!/^arn:[a-z-]+:iam::(?:\d{12}|\*):(?:role|user)\/\S+$/.test(credentials))
    throw badRequest("Invalid ARN specified in the request");
}
