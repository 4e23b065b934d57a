import { readValue, rpcJson, type Schema, type ValueFormat, wrongKind } from "../../codec";
import { AwsError } from "../../core/errors";
import { BadControlRequest } from "../../core/load";
import { rootPrincipal } from "../../core/principal";
import { traced } from "../../core/trace";
import type { Cloud } from "../cloud";

/** Read operations, which the console calls often; they are not traced. */
const READS = /^(Get|List|Describe|Filter|Scan|Query|BatchGet|Lookup)/;

/**
 * Calls an operation of AWS as the account's root user, in JSON. In both directions times are ISO 8601, a payload
 * (Lambda's `Payload`, S3's `Body`) is text, and other bytes are Base64, as in AWS's own JSON.
 *
 * @throws BadControlRequest with AWS's own message if the operation is refused
 */
export async function callAws(
  { service, operation, input, region }: Readonly<Record<string, unknown>>,
  cloud: Cloud,
): Promise<unknown> {
  if (typeof service !== "string" || typeof operation !== "string" || !isObject(input))
    throw new BadControlRequest(
      'Send {"service": "sqs", "operation": "ListQueues", "input": {}}, and "region" if you like.',
    );
  const work = (): Promise<unknown> =>
    cloud.call({
      service,
      operation,
      input: read(input, inputSchema(service, operation, cloud)),
      principal: rootPrincipal(cloud.accountId),
      region: typeof region === "string" ? region : undefined,
    });
  const start = { kind: "console", name: `${service}.${operation}` } as const;
  try {
    return toJson(await (READS.test(operation) ? work() : traced(cloud.tracer, start, work)));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new BadControlRequest(`${error.code}: ${error.message}`);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function inputSchema(service: string, operation: string, cloud: Cloud): Schema | undefined {
  return cloud.registry.named(service)?.codec.operations.get(operation)?.input;
}

/** Members of inputs and outputs whose bytes are text. */
const PAYLOADS: ReadonlySet<string> = new Set(["Payload", "Body"]);

const CONSOLE_JSON: ValueFormat = {
  ...rpcJson,
  read(schema, value) {
    if (!schema.isBlobSchema() || !schema.getMergedTraits().httpPayload)
      return rpcJson.read(schema, value);
    if (typeof value !== "string") throw wrongKind(value, "Blob");
    return Buffer.from(value);
  },
};

/** Converts the input to the SDK's shapes. @throws AwsError for a value of the wrong type */
function read(input: object, schema: Schema | undefined): object {
  if (!schema || schema.isUnitSchema()) return {};
  // Every input's schema is a structure, so the reader returns an object.
  return readValue(CONSOLE_JSON, schema, input) as object;
}

function toJson(value: unknown, name = ""): unknown {
  if (value instanceof Uint8Array)
    return Buffer.from(value).toString(PAYLOADS.has(name) ? "utf8" : "base64");
  if (value instanceof Date || !(typeof value === "object" && value !== null)) return value;
  if (Array.isArray(value)) return value.map((item) => toJson(item));
  if (Symbol.asyncIterator in value) return "(a stream)";
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item, key)]));
}
