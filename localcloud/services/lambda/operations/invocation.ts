import { AwsError } from "../../../core/errors";
import { conflict, functionNotFound } from "../model/errors";
import { functionArn } from "../model/functionReference";
import type { FunctionVersion, LambdaFunction } from "../model/model";
import { findFunction, resolveVersion, type LambdaContext } from "../model/resolve";
import type { InvocationRequest } from "../runtime/environment";

// Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
const MAX_SYNC_BYTES = 6_291_456;
const MAX_ASYNC_BYTES = 1_048_576;
const MAX_CLIENT_CONTEXT_BYTES = 3_583;

const LOG_TAIL_BYTES = 4096;

/** A function, and the version or alias by which a request names it. */
export interface Target {
  readonly target: LambdaFunction;
  readonly qualifier?: string;
}

/** The members that the operations which invoke a function have in common. */
interface Input {
  readonly FunctionName?: string;
  readonly Qualifier?: string;
  readonly ClientContext?: string;
  readonly Payload?: Uint8Array;
}

/** @throws ResourceNotFoundException if the function or its version does not exist. */
export function findTarget(input: Input, context: LambdaContext): Target {
  const found = findFunction(input, context);
  const { target, qualifier } = found;
  if (!resolveVersion(target, qualifier))
    throw functionNotFound(functionArn(context, target.name, qualifier));
  return { target, qualifier };
}

/** Checks a synchronous request, and returns the version that runs it. */
export function prepare(
  input: Input,
  context: LambdaContext,
  { target, qualifier }: Target,
): { version: FunctionVersion; request: InvocationRequest } {
  checkReady(target);
  const payload = eventOf(input.Payload, false);
  const { store, requestId } = context;
  const clientContext = clientContextOf(input.ClientContext);
  const invokedArn = functionArn(context, target.name, qualifier);
  const version = resolveVersion(target, qualifier, store.random);
  if (!version) throw functionNotFound(invokedArn);
  return { version, request: { requestId, payload, invokedArn, clientContext } };
}

export function checkReady({ latest }: LambdaFunction): void {
  if (latest.change?.kind !== "create") return;
  throw conflict(
    "The operation cannot be performed at this time. " +
      "The function is currently in the following state: Pending",
  );
}

/** Returns the event as JSON text; `{}` if the request has no payload. */
export function eventOf(payload: Uint8Array | undefined, asynchronous: boolean): string {
  const bytes = Buffer.from(payload ?? []);
  checkSize(bytes.length, asynchronous);
  if (bytes.length === 0) return "{}";
  const text = bytes.toString("utf8");
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalidContent(
      `Could not parse request body into json: Could not parse payload into json: ${reason}`,
    );
  }
}

function checkSize(bytes: number, asynchronous: boolean): void {
  if (bytes <= (asynchronous ? MAX_ASYNC_BYTES : MAX_SYNC_BYTES)) return;
  throw new AwsError(
    "RequestEntityTooLargeException",
    asynchronous
      ? `${bytes} byte payload is too large for the Event invocation type (limit ${MAX_ASYNC_BYTES} bytes)`
      : `Request must be smaller than ${MAX_SYNC_BYTES} bytes for the InvokeFunction operation`,
    { status: 413, fields: { Type: "User" } },
  );
}

function clientContextOf(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    if (Buffer.byteLength(text) > MAX_CLIENT_CONTEXT_BYTES) throw new Error("too long");
    return JSON.parse(Buffer.from(text, "base64").toString("utf8")) as unknown;
  } catch {
    throw invalidContent("Client context must be a valid Base64-encoded JSON object.");
  }
}

function invalidContent(message: string): AwsError {
  return new AwsError("InvalidRequestContentException", message, {
    status: 400,
    fields: { Type: "User" },
  });
}

/** Returns `LogResult`: the end of the log. */
export function logTail(log: string): string {
  return Buffer.from(log).subarray(-LOG_TAIL_BYTES).toString("base64");
}
