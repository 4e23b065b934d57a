import type { Authorizer } from "@aws-sdk/client-api-gateway";
import { badRequest, enumViolation, validationException } from "./apiErrors";
import { lambdaFunctionArn, parseAwsUri } from "./integrationUri";
import { valueListRule } from "./mapPatch";
import { replaceText, toInteger, type PatchRule } from "./patch";
import { checkPattern } from "./templates";

export const DEFAULT_TTL_SECONDS = 300;
const MAX_TTL_SECONDS = 3600;
const TYPES = ["TOKEN", "REQUEST", "COGNITO_USER_POOLS"];
const TOKEN_SOURCE = /^method\.request\.header\.[^.,\s]+$/;
const REQUEST_SOURCE =
  /^(?:method\.request\.(?:header|querystring)\.[^,\s]+|stageVariables\.\w+|context\.[\w.]+)$/;

/** https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html */
export function checkAuthorizer(authorizer: Authorizer): void {
  const { name, type = "", identitySource, authorizerResultTtlInSeconds: ttl = 0 } = authorizer;
  if (!name) throw badRequest("Authorizer name cannot be empty");
  if (!TYPES.includes(type))
    throw validationException([enumViolation(type, "createAuthorizerInput.type", TYPES)]);
  if (ttl < 0 || ttl > MAX_TTL_SECONDS)
    throw badRequest(`Authorizer TTL must be between 0 and ${MAX_TTL_SECONDS} seconds.`);
  if (type === "COGNITO_USER_POOLS") {
    if (!authorizer.providerARNs?.length)
      throw badRequest("Authorizer of type COGNITO_USER_POOLS must have at least one provider ARN");
    return;
  }
  checkUri(authorizer.authorizerUri);
  if (type === "TOKEN" && !TOKEN_SOURCE.test(identitySource ?? ""))
    throw badRequest(`Invalid identity source specified: ${identitySource ?? ""}`);
  if (type === "REQUEST") checkRequestSources(identitySource, ttl);
  checkPattern(authorizer.identityValidationExpression, "identity validation expression");
}

function checkRequestSources(identitySource: string | undefined, ttl: number): void {
  if (!identitySource) {
    if (ttl > 0)
      throw badRequest("Identity source is required for REQUEST authorizers with caching enabled");
    return;
  }
  for (const source of identitySource.split(","))
    if (!REQUEST_SOURCE.test(source.trim()))
      throw badRequest(`Invalid identity source specified: ${source.trim()}`);
}

function checkUri(uri: string | undefined): void {
  const parsed = parseAwsUri(uri ?? "");
  if (!parsed || lambdaFunctionArn(parsed) === undefined)
    throw badRequest(
      "Invalid Authorizer URI: " +
        `${uri ?? ""}. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.`,
    );
}

/** https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateAuthorizer-Patch */
export const authorizerRules: readonly PatchRule<Authorizer>[] = [
  replaceText("/name", (authorizer, value) => {
    authorizer.name = value;
  }),
  replaceText("/type", (authorizer, value) => {
    if (value !== "TOKEN" && value !== "REQUEST" && value !== "COGNITO_USER_POOLS")
      throw badRequest(`Invalid authorizer type specified. Valid options are ${TYPES.join(", ")}`);
    authorizer.type = value;
  }),
  replaceText("/authType", (authorizer, value) => {
    authorizer.authType = value;
  }),
  replaceText("/authorizerUri", (authorizer, value) => {
    authorizer.authorizerUri = value;
  }),
  replaceText("/authorizerCredentials", (authorizer, value) => {
    authorizer.authorizerCredentials = value === "" ? undefined : value;
  }),
  replaceText("/identitySource", (authorizer, value) => {
    authorizer.identitySource = value;
  }),
  replaceText("/identityValidationExpression", (authorizer, value) => {
    authorizer.identityValidationExpression = value === "" ? undefined : value;
  }),
  replaceText("/authorizerResultTtlInSeconds", (authorizer, value) => {
    authorizer.authorizerResultTtlInSeconds = toInteger(
      value,
      "Invalid authorizerResultTtlInSeconds specified",
    );
  }),
  valueListRule("/providerARNs", {
    read: (authorizer) => authorizer.providerARNs,
    write: (authorizer, list) => {
      authorizer.providerARNs = list;
    },
  }),
];
