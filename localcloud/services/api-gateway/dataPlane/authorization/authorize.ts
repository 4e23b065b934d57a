import type { Principal } from "../../../../core/principal";
import { evaluate } from "../../../../access/evaluate";
import { methodArn, type MethodExchange } from "../exchange";
import { GatewayError, notEmulated } from "../gatewayError";
import { identifyIamCaller } from "./iamCaller";
import { runLambdaAuthorizer } from "./lambdaAuthorizer";

/** Authorizes the request, or throws. Fills `$context.authorizer` and `$context.identity`. */
export async function authorizeRequest(
  exchange: MethodExchange,
): Promise<{ usageIdentifierKey?: string }> {
  const { authorizationType } = exchange.match.method;
  switch (authorizationType) {
    case "AWS_IAM":
      checkPolicies(exchange, await identifyIamCaller(exchange));
      return {};
    case "CUSTOM": {
      const result = await runLambdaAuthorizer(exchange);
      if (exchange.api.snapshot.policy) checkPolicies(exchange, { type: "anonymous" });
      return result;
    }
    case "COGNITO_USER_POOLS":
      throw notEmulated("Cognito user pool authorizers");
    default:
      if (exchange.api.snapshot.policy) checkPolicies(exchange, { type: "anonymous" });
      return {};
  }
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html */
function checkPolicies(exchange: MethodExchange, principal: Principal): void {
  const { scope, api, context } = exchange;
  const { identity } = scope.cloud;
  const resource = methodArn(exchange, exchange.path);
  const isNamed = principal.type !== "anonymous";
  const decision = evaluate({
    principal,
    action: "execute-api:Invoke",
    resource,
    context: {
      "aws:SourceIp": context.identity.sourceIp,
      "aws:CurrentTime": scope.clock.date().toISOString(),
      "aws:SecureTransport": "true",
      ...(context.identity.userAgent !== null && { "aws:UserAgent": context.identity.userAgent }),
    },
    identityPolicies: isNamed ? identity.identityPolicies(principal) : [],
    permissionsBoundary: isNamed ? identity.permissionsBoundary(principal) : undefined,
    resourcePolicy: api.snapshot.policy && withFullResources(api.snapshot.policy, exchange),
  });
  if (decision.result === "allowed") return;
  const who = "arn" in principal ? principal.arn : "anonymous";
  const explicit = decision.result === "explicitlyDenied" ? " with an explicit deny" : "";
  throw new GatewayError(
    "ACCESS_DENIED",
    `User: ${who} is not authorized to perform: execute-api:Invoke on resource: ` +
      `${maskAccount(resource)}${explicit}`,
  );
}

type Policy = NonNullable<MethodExchange["api"]["snapshot"]["policy"]>;

/** Resources of an API's policy may be written as `execute-api:/<stage>/<VERB>/<path>`. */
function withFullResources(policy: Policy, { scope, api }: MethodExchange): Policy {
  const prefix = `arn:aws:execute-api:${scope.region}:${scope.accountId}:${api.snapshot.apiId}/`;
  const expand = (resources: string | string[] | undefined): string[] | undefined =>
    resources === undefined
      ? undefined
      : [resources].flat().map((resource) => resource.replace(/^execute-api:\//, prefix));
  return {
    ...policy,
    Statement: [policy.Statement].flat().map((statement) => ({
      ...statement,
      ...(statement.Resource !== undefined && { Resource: expand(statement.Resource) }),
      ...(statement.NotResource !== undefined && { NotResource: expand(statement.NotResource) }),
    })),
  };
}

/** Replaces all but the last four digits of the account id, as AWS does in denials. */
function maskAccount(arn: string): string {
  return arn.replace(/:\d{8}(\d{4}):/, ":********$1:");
}
