import { without, type Constraints, type InputRules } from "../../../codec";
import { constraints } from "../../../constraints/api-gateway";

/**
 * Returns the model's constraints. As recorded in
 * https://github.com/localstack/localstack/blob/main/tests/aws/services/apigateway/test_apigateway_api.snapshot.json,
 * a member of the body is named with its input, and the values of an enumeration are listed in an order of their own.
 */
export function inputRules(): InputRules {
  return {
    // patch.ts has its own messages for invalid patch operations.
    table: inRecordedOrder(without(constraints(), "PatchOperation")),
    code: "ValidationException",
    namesBody: true,
  };
}

const RECORDED_ORDERS: readonly (readonly string[])[] = [
  ["HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS"],
  ["PRIVATE", "EDGE", "REGIONAL"],
  ["AUTHORIZER", "HEADER"],
  [
    "REQUEST_TOO_LARGE",
    "RESOURCE_NOT_FOUND",
    "AUTHORIZER_CONFIGURATION_ERROR",
    "MISSING_AUTHENTICATION_TOKEN",
    "BAD_REQUEST_BODY",
    "INVALID_SIGNATURE",
    "INVALID_API_KEY",
    "BAD_REQUEST_PARAMETERS",
    "AUTHORIZER_FAILURE",
    "UNAUTHORIZED",
    "INTEGRATION_TIMEOUT",
    "ACCESS_DENIED",
    "DEFAULT_4XX",
    "DEFAULT_5XX",
    "WAF_FILTERED",
    "QUOTA_EXCEEDED",
    "THROTTLED",
    "API_CONFIGURATION_ERROR",
    "UNSUPPORTED_MEDIA_TYPE",
    "INTEGRATION_FAILURE",
    "EXPIRED_TOKEN",
  ],
];

function inRecordedOrder(table: Constraints): Constraints {
  const recorded = new Map(RECORDED_ORDERS.map((order) => [[...order].sort().join(), order]));
  const reorder = (values: readonly string[]): readonly string[] =>
    recorded.get([...values].sort().join()) ?? values;
  const change = <One extends Constraints[string][string]>(one: One): One => ({
    ...one,
    ...(one.enum && { enum: reorder(one.enum) }),
    ...(one.items && { items: change(one.items) }),
  });
  return Object.fromEntries(
    Object.entries(table).map(([shape, members]) => [
      shape,
      Object.fromEntries(Object.entries(members).map(([name, one]) => [name, change(one)])),
    ]),
  );
}
