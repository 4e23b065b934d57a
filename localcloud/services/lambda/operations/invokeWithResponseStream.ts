import type {
  InvokeWithResponseStreamRequest,
  InvokeWithResponseStreamResponse,
  InvokeWithResponseStreamResponseEvent,
} from "@aws-sdk/client-lambda";
import { Readable } from "node:stream";
import type { Operation } from "../../../core/service";
import { unsupported } from "../model/errors";
import { type ResponseStream, streamInvocation } from "../runtime/streamInvocation";
import type { LambdaStore } from "../store";
import { findTarget, logTail, prepare } from "./invocation";
import { invoke } from "./invoke";

/** https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html */
export const invokeWithResponseStream: Operation<
  LambdaStore,
  InvokeWithResponseStreamRequest,
  InvokeWithResponseStreamResponse
> = {
  access: invoke.access,
  async run(input, context) {
    if (input.TenantId !== undefined) throw unsupported("the option TenantId");
    const found = findTarget(input, context);
    if (input.InvocationType === "DryRun") return { StatusCode: 204, EventStream: none() };
    const { target, qualifier } = found;
    const { version, request } = prepare(input, context, found);
    const response = await streamInvocation((onChunk) =>
      context.store.invoker.invoke(target, version, { ...request, onChunk }, qualifier),
    );
    return {
      StatusCode: 200,
      ExecutedVersion: version.version,
      EventStream: eventsOf(response, input.LogType === "Tail"),
    };
  },
};

async function* eventsOf(
  { pieces, outcome }: ResponseStream,
  withLog: boolean,
): AsyncIterable<InvokeWithResponseStreamResponseEvent> {
  for await (const Payload of pieces) yield { PayloadChunk: { Payload } };
  const { failure, payload, log } = await outcome;
  yield {
    InvokeComplete: {
      ...(failure && { ErrorCode: "Unhandled", ErrorDetails: payload }),
      ...(withLog && { LogResult: logTail(log) }),
    },
  };
}

/** A dry run has no events. */
function none(): AsyncIterable<InvokeWithResponseStreamResponseEvent> {
  return Readable.from([]);
}
