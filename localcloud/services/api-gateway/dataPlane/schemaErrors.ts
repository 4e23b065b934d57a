import type { ErrorObject } from "ajv";

/** Parameters of a violation, such as the limit that the value exceeds. */
type Params = Readonly<Record<string, unknown>>;

/**
 * Describes one violation with API Gateway's text, as `$context.error.validationErrorString` shows it: `[object has
 * missing required properties (["message"])]`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
 */
export function describeSchemaError(error: ErrorObject): string {
  const params = error.params as Params;
  const { data } = error;
  switch (error.keyword) {
    case "required":
      return `object has missing required properties ([${quote(params.missingProperty)}])`;
    case "additionalProperties":
      return `object instance has properties which are not allowed by the schema: [${quote(params.additionalProperty)}]`;
    case "type":
      return (
        `instance type (${typeName(data)}) does not match any allowed primitive type ` +
        `(allowed: [${[params.type].flat().map(quote).join(",")}])`
      );
    case "enum":
      return `instance value (${quote(data)}) not found in enum (possible values: ${quote(params.allowedValues)})`;
    case "minLength":
      return `string ${quote(data)} is too short (length: ${lengthOf(data)}, required minimum: ${limit(params)})`;
    case "maxLength":
      return `string ${quote(data)} is too long (length: ${lengthOf(data)}, maximum allowed: ${limit(params)})`;
    case "pattern":
      return `ECMA 262 regex ${quote(params.pattern)} does not match input string ${quote(data)}`;
    default:
      return describeNumberOrArray(error, params);
  }
}

function describeNumberOrArray(error: ErrorObject, params: Params): string {
  const { data } = error;
  const size = Array.isArray(data) ? data.length : Object.keys(Object(data) as object).length;
  switch (error.keyword) {
    case "minimum":
      return params.comparison === ">"
        ? `numeric instance is not strictly greater than the required minimum ${limit(params)}`
        : `numeric instance is lower than the required minimum (minimum: ${limit(params)}, found: ${quote(data)})`;
    case "maximum":
      return params.comparison === "<"
        ? `numeric instance is not strictly lower than the required maximum ${limit(params)}`
        : `numeric instance is greater than the required maximum (maximum: ${limit(params)}, found: ${quote(data)})`;
    case "multipleOf":
      return `remainder of division is not zero (${quote(data)} / ${String(params.multipleOf)})`;
    case "minItems":
      return `array is too short: must have at least ${limit(params)} elements but instance has ${size} elements`;
    case "maxItems":
      return `array is too long: must have at most ${limit(params)} elements but instance has ${size} elements`;
    case "uniqueItems":
      return "array must not contain duplicate elements";
    case "minProperties":
      return `object has too few properties (found ${size} but schema requires at least ${limit(params)})`;
    case "maxProperties":
      return `object has too many properties (found ${size} but schema requires at most ${limit(params)})`;
    case "oneOf":
      return `instance failed to match exactly one schema (matched ${matched(params)} out of ${alternatives(error)})`;
    case "anyOf":
      return `instance failed to match at least one required schema among ${alternatives(error)}`;
    case "not":
      return "instance matched a schema which it should not have";
    default:
      return error.message ?? error.keyword;
  }
}

function quote(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}

function limit(params: Params): string {
  return String(params.limit);
}

/** Returns the length in characters, not in UTF-16 code units. */
function lengthOf(value: unknown): number {
  return [...String(value)].length;
}

function matched({ passingSchemas }: Params): number {
  return Array.isArray(passingSchemas) ? passingSchemas.length : 0;
}

function alternatives({ schema }: ErrorObject): number {
  return Array.isArray(schema) ? schema.length : 0;
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}
