import type { InvocationRequest, InvocationResponse } from "@aws-sdk/client-lambda";
import { checkEnum } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import type { Operation } from "../../../core/service";
import { conflict, functionNotFound, unsupported } from "../model/errors";
import { functionArn, requestedArn } from "../model/functionReference";
import type { LambdaFunction } from "../model/model";
import { resourcePolicy } from "./permissions";
import { findFunction, resolveVersion, type LambdaContext } from "../model/resolve";
import type { LambdaStore } from "../store";

// Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
const MAX_SYNC_BYTES = 6_291_456;
const MAX_ASYNC_BYTES = 1_048_576;
const MAX_CLIENT_CONTEXT_BYTES = 3_583;

const LOG_TAIL_BYTES = 4096;

export const invoke: Operation<LambdaStore, InvocationRequest, InvocationResponse> = {
  access(input, context) {
    const resource = requestedArn(context, input);
    const [, , , , , , name, qualifier] = resource.split(":");
    const target = context.store.functions.get(name);
    return [
      {
        action: "lambda:InvokeFunction",
        resource,
        resourcePolicy: resourcePolicy(target, qualifier === "$LATEST" ? undefined : qualifier),
      },
    ];
  },
  async run(input, context) {
    checkEnum(input.InvocationType, "invocationType", ["Event", "RequestResponse", "DryRun"]);
    checkEnum(input.LogType, "logType", ["None", "Tail"]);
    if (input.TenantId !== undefined) throw unsupported("the option TenantId");
    if (input.DurableExecutionName !== undefined)
      throw unsupported("the option DurableExecutionName");
    const { target, qualifier } = findFunction(input, context);
    if (!resolveVersion(target, qualifier))
      throw functionNotFound(functionArn(context, target.name, qualifier));
    if (input.InvocationType === "DryRun") return { StatusCode: 204 };
    checkReady(target);
    const payload = payloadOf(input);
    if (input.InvocationType !== "Event")
      return invokeNow(input, context, target, qualifier, payload);
    context.store.events.add({ target, qualifier, requestId: context.requestId, payload });
    return { StatusCode: 202 };
  },
};

async function invokeNow(
  input: InvocationRequest,
  context: LambdaContext,
  target: LambdaFunction,
  qualifier: string | undefined,
  payload: string,
): Promise<InvocationResponse> {
  const { store, requestId } = context;
  const clientContext = clientContextOf(input.ClientContext);
  const version = resolveVersion(target, qualifier, store.random);
  if (!version) throw functionNotFound(functionArn(context, target.name, qualifier));
  const invokedArn = functionArn(context, target.name, qualifier);
  const request = { requestId, payload, invokedArn, clientContext };
  const outcome = await store.invoker.invoke(target, version, request, qualifier);
  return {
    StatusCode: 200,
    ExecutedVersion: version.version,
    Payload: new TextEncoder().encode(outcome.payload),
    ...(outcome.failure && { FunctionError: "Unhandled" }),
    ...(input.LogType === "Tail" && { LogResult: tail(outcome.log) }),
  };
}

function checkReady({ latest }: LambdaFunction): void {
  if (latest.change?.kind !== "create") return;
  throw conflict(
    "The operation cannot be performed at this time. " +
      "The function is currently in the following state: Pending",
  );
}

/** Returns the event as JSON text; `{}` if the request has no payload. */
function payloadOf(input: InvocationRequest): string {
  const bytes = Buffer.from(input.Payload ?? []);
  checkSize(bytes.length, input.InvocationType === "Event");
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

function tail(log: string): string {
  return Buffer.from(log).subarray(-LOG_TAIL_BYTES).toString("base64");
}
