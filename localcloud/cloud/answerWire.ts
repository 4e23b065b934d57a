import {
  decodeRequest,
  encodeQueryJson,
  encodeQueryJsonError,
  encodeResult,
  protocolOf,
} from "../codec";
import { AwsError, ConnectionLost } from "../core/errors";
import type { WireRequest, WireResponse, WireTarget } from "../core/service";
import { errorResponse, unknownOperation } from "../http/errorResponse";
import type { Call } from "./execute";
import type { LoadedService } from "./registry";

/**
 * Answers an HTTP request in the wire protocol of its service: decodes it, calls `execute`, and encodes the output or
 * the error. Rejects with ConnectionLost if an injected fault breaks the connection.
 */
export async function answerWire(
  service: LoadedService,
  request: WireRequest,
  target: WireTarget,
  requestId: string,
  execute: (call: Call) => Promise<object>,
): Promise<WireResponse> {
  const { codec } = service;
  try {
    const adapter = service.definition.wire;
    const read = adapter?.read(request);
    const decoded = decodeRequest(codec, read?.request ?? request);
    if (!decoded) throw unknownOperation(protocolOf(codec, request), request);
    const output = await execute({
      operation: decoded.operation,
      input: { ...decoded.input, ...read?.members },
      principal: target.principal,
      region: target.region,
      requestId,
      sourceIp: request.sourceIp,
    });
    if (target.answersInQueryJson)
      return encodeQueryJson(codec, decoded.operation, output, requestId);
    const response = encodeResult(codec, decoded, output, requestId);
    return adapter ? adapter.finish(response) : response;
  } catch (error) {
    if (error instanceof ConnectionLost) throw error;
    if (target.answersInQueryJson) return encodeQueryJsonError(codec, asAwsError(error), requestId);
    return errorResponse(codec, request, asAwsError(error), requestId);
  }
}

/** Converts an internal error to status 500 with its message, so that it is noticed and reported. */
function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new AwsError("InternalFailure", `The local cloud failed: ${text}`, { status: 500 });
}
