import * as grpc from "@grpc/grpc-js";
import { errorText } from "../errorText";

/** An answer with more than a text: thrown by a handler, passed to gRPC unchanged. */
export class StatusError extends Error {
  constructor(readonly status: Partial<grpc.StatusObject>) {
    super(status.details);
  }
}

export function unary<Request, Response>(
  handle: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, answer) => {
    void Promise.resolve()
      .then(() => handle(call.request))
      .then(
        (response) => answer(null, response),
        (error: unknown) => {
          const details = errorText(error);
          answer(
            error instanceof StatusError ? error.status : { code: grpc.status.UNKNOWN, details },
          );
        },
      );
  };
}
