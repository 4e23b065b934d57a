import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PolicyException } from "../iam/policyException";
import { childName } from "../names";
import { argumentError, checkOneOf, describedError } from "../validation";

/**
 * Who may call: everyone (`NONE`, with a reason), callers with AWS signatures, or callers whom your authorizer accepts.
 */
export type Authorization =
  | { type: "NONE"; reason: string }
  | { type: "AWS_IAM" }
  | {
      type: "CUSTOM" | "COGNITO_USER_POOLS";
      /** Creates the authorizer in the component's API: each API has its own. Called once for all routes. */
      authorizer: (restApi: aws.apigateway.RestApi) => aws.apigateway.Authorizer;
      authorizerId?: undefined;
      /** Only with COGNITO_USER_POOLS. Default: none. */
      scopes?: string[];
    }
  | {
      type: "CUSTOM" | "COGNITO_USER_POOLS";
      /** An authorizer of this API that is created elsewhere. Changes to it do not cause a deployment. */
      authorizerId: pulumi.Input<string>;
      authorizer?: undefined;
      scopes?: string[];
    };

const TYPES = ["NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"];

/** Throws a ResourceError for an authorization that API Gateway would refuse. */
export function checkAuthorization(
  resource: pulumi.Resource,
  authorization: Authorization | undefined,
): void {
  if (authorization === undefined) return;
  if (Object(authorization) !== authorization)
    throw argumentError(resource, "authorization", authorization, "give an object with its type");
  checkOneOf(resource, "authorization.type", authorization.type ?? null, TYPES);
  if (authorization.type === "NONE") {
    if (authorization.reason?.trim()) return;
    const says = "say why everyone may call";
    throw argumentError(resource, "authorization.reason", authorization.reason, says);
  }
  if (authorization.type === "AWS_IAM") return;
  const { authorizer } = authorization;
  const keys = ["authorizer", "authorizerId"] as const;
  const given = keys.filter((key) => authorization[key] !== undefined);
  const says = "give authorizer, a function that creates an authorizer in the API that it gets";
  if (given.length !== 1)
    throw describedError(resource, "authorization", given.join(" and ") || "no authorizer", says);
  if (authorizer !== undefined && typeof authorizer !== "function")
    throw describedError(resource, "authorization.authorizer", typeof authorizer, says);
}

/**
 * An API's authorization: the arguments of each method, the resources that must exist first, and the settings that are
 * deployed with the methods.
 */
export interface ApiAuthorization {
  readonly method: Pick<
    aws.apigateway.MethodArgs,
    "authorization" | "authorizerId" | "authorizationScopes"
  >;
  readonly parts: pulumi.Resource[];
  /** Undefined if the methods contain all of it. */
  readonly definition: pulumi.Output<unknown> | undefined;
}

/** Creates the authorizer of an API, if the API has one of its own. */
export function createAuthorization(
  restApi: aws.apigateway.RestApi,
  authorization: Authorization | undefined,
  { parent }: pulumi.CustomResourceOptions,
): ApiAuthorization {
  const known = { parts: [], definition: undefined };
  if (!authorization || authorization.type === "NONE")
    return { ...known, method: { authorization: "NONE" } };
  if (authorization.type === "AWS_IAM") return { ...known, method: { authorization: "AWS_IAM" } };
  const methodOf = (authorizerId: pulumi.Input<string>): ApiAuthorization["method"] => ({
    authorization: authorization.type,
    authorizerId,
    authorizationScopes: authorization.scopes,
  });
  if (authorization.authorizer === undefined)
    return { ...known, method: methodOf(authorization.authorizerId) };
  const made: unknown = authorization.authorizer(restApi);
  if (!aws.apigateway.Authorizer.isInstance(made))
    throw describedError(
      parent,
      "authorization.authorizer",
      "a function that returns something else",
      "return the aws.apigateway.Authorizer",
    );
  return {
    method: methodOf(made.id),
    parts: [made],
    definition: authorizerDefinition(made),
  };
}

/**
 * The settings whose changes take effect only when the API is deployed again. AWS may return a setting that was not
 * given as undefined or as empty.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html
 */
function authorizerDefinition(authorizer: aws.apigateway.Authorizer): pulumi.Output<unknown> {
  return pulumi
    .output({
      type: authorizer.type,
      uri: authorizer.authorizerUri,
      credentials: authorizer.authorizerCredentials,
      identitySource: authorizer.identitySource,
      validation: authorizer.identityValidationExpression,
      ttl: authorizer.authorizerResultTtlInSeconds,
      providers: authorizer.providerArns,
    })
    .apply(({ providers, ...settings }) => ({
      ...Object.fromEntries(
        Object.entries(settings).map(([setting, value]) => [setting, value ?? ""]),
      ),
      providers: [...(providers ?? [])].sort(),
    }));
}

/** Returns the policy exception of a public API, with the caller's reason if there is one. */
export function publicMethods(
  name: string,
  authorization: Authorization | undefined,
): PolicyException[] {
  if (authorization && authorization.type !== "NONE") return [];
  const reason = authorization?.reason ?? "No authorization is configured: the API is public.";
  return [{ rule: "AwsSolutions-APIG4", resource: childName(name, "*"), reason }];
}
