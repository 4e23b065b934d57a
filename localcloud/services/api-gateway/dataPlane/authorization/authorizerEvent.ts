import type { Authorizer } from "@aws-sdk/client-api-gateway";
import { without } from "../../model/without";
import { lookUpText } from "../contextVariables";
import { methodArn, type MethodExchange } from "../exchange";
import { proxyEvent } from "../integrations/proxyEvent";
import { requestParameter } from "../requestData";

/** Returns the values of the authorizer's identity sources in order; undefined for a missing one. */
export function identityValues(
  { identitySource }: Authorizer,
  exchange: MethodExchange,
): readonly (string | undefined)[] {
  if (!identitySource) return [];
  return identitySource.split(",").map((source) => identityValue(source.trim(), exchange));
}

function identityValue(source: string, exchange: MethodExchange): string | undefined {
  const request = /^method\.request\.(header|querystring)\.(.+)$/.exec(source);
  if (request) return requestParameter(exchange, request[1], request[2]);
  const [kind] = source.split(".", 1);
  const name = source.slice(kind.length + 1);
  if (kind === "stageVariables") return exchange.stageVariables[name];
  return lookUpText(exchange.context, name);
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html */
export function authorizerEvent(
  { type }: Authorizer,
  exchange: MethodExchange,
  [token]: readonly string[],
): object {
  const arn = methodArn(exchange, exchange.path);
  if (type === "TOKEN") return { type: "TOKEN", methodArn: arn, authorizationToken: token };
  const event = without({ ...proxyEvent(exchange) }, "body", "isBase64Encoded");
  return { type: "REQUEST", methodArn: arn, ...event };
}
