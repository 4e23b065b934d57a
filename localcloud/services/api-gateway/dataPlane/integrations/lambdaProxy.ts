import { methodArn, type GatewayAnswer, type MethodExchange } from "../exchange";
import { configurationError, endpointTimeout, GatewayError } from "../gatewayError";
import { getHeader, setHeader, type Headers } from "../headers";
import { isBinaryType } from "../payload";
import { invokeFunction } from "./invokeFunction";
import { functionArnOf } from "./lambdaUri";
import { proxyEvent } from "./proxyEvent";
import { parseProxyResult } from "./proxyResult";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html */
export async function callLambdaProxy(exchange: MethodExchange): Promise<GatewayAnswer> {
  const { integration, match, log } = exchange;
  const functionArn = functionArnOf(exchange);
  // Lambda's Invoke is a POST; an integration with any other method cannot reach it.
  if (integration.httpMethod !== "POST")
    throw configurationError("Invalid HTTP method for the Lambda integration");
  // Request parameters of a proxy integration have no effect on the event.
  const event = proxyEvent(exchange);
  log.trace(() => `Endpoint request body after transformations: ${JSON.stringify(event)}`);
  const outcome = await invokeFunction(exchange, {
    functionArn,
    payload: Buffer.from(JSON.stringify(event)),
    credentials: integration.credentials,
    sourceArn: methodArn(exchange, match.resource.path),
  });
  if (outcome.kind === "timeout") throw endpointTimeout();
  if (outcome.kind === "refused") throw configurationError(outcome.reason);
  exchange.context.integrationStatus = outcome.statusCode;
  const text = Buffer.from(outcome.payload).toString("utf8");
  log.trace(() => `Endpoint response body before transformations: ${text}`);
  if (outcome.functionError !== undefined) {
    exchange.context.integrationErrorMessage = text;
    throw badGateway(
      `Lambda execution failed with status 200 due to customer function error: ${text}.`,
    );
  }
  const result = parseProxyResult(text);
  if (!result)
    throw badGateway(
      "Execution failed due to configuration error: Malformed Lambda proxy response",
    );
  return answer(exchange, result);
}

function answer(
  { request, api }: MethodExchange,
  result: NonNullable<ReturnType<typeof parseProxyResult>>,
): GatewayAnswer {
  const headers: Headers = {};
  for (const [name, value] of Object.entries(result.headers)) setHeader(headers, name, value);
  // "If the same key-value pair is specified in both, only the values from multiValueHeaders will appear":
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format
  for (const [name, values] of Object.entries(result.multiValueHeaders)) {
    const single = getHeader(headers, name);
    const isNew = single !== undefined && !values.includes(single);
    setHeader(headers, name, isNew ? [...values, single] : values);
  }
  if (getHeader(headers, "content-type") === undefined)
    headers["Content-Type"] = "application/json";
  const accepted = request.headers.accept?.split(",", 1)[0];
  const decodes = result.isBase64Encoded && isBinaryType(accepted, api.snapshot.binaryMediaTypes);
  return {
    status: result.statusCode,
    headers,
    body: Buffer.from(result.body, decodes ? "base64" : "utf8"),
  };
}

function badGateway(log: string): GatewayError {
  return new GatewayError("DEFAULT_5XX", "Internal server error", {
    status: 502,
    errorType: "InternalServerErrorException",
    log,
  });
}
