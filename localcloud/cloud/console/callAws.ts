import { AwsError } from "../../core/errors";
import { BadControlRequest } from "../../core/load";
import { rootPrincipal } from "../../core/principal";
import { traced } from "../../core/trace";
import type { Cloud } from "../cloud";

/** Read operations, which the console calls often; they are not traced. */
const READS = /^(Get|List|Describe|Filter|Scan|Query|BatchGet|Lookup)/;

/**
 * Calls an operation of AWS as the account's root user, in JSON: bytes are strings and times are ISO 8601, in both
 * directions.
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
  const call = {
    service,
    operation,
    input: fromJson(input) as object,
    principal: rootPrincipal(cloud.accountId),
    region: typeof region === "string" ? region : undefined,
  };
  const work = (): Promise<unknown> => cloud.call(call);
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

const BYTES: ReadonlySet<string> = new Set(["Payload", "Body"]);
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

function fromJson(value: unknown, name = ""): unknown {
  if (typeof value === "string") {
    if (BYTES.has(name)) return Buffer.from(value);
    return INSTANT.test(value) && /Time$/.test(name) ? new Date(value) : value;
  }
  if (Array.isArray(value)) return value.map((item) => fromJson(item));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fromJson(item, key)]));
}

function toJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
  if (value instanceof Date || !(typeof value === "object" && value !== null)) return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (Symbol.asyncIterator in value) return "(a stream)";
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
}
