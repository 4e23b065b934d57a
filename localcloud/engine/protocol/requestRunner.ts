import * as grpc from "@grpc/grpc-js";
import { errorText } from "../../provider/errorText";
import { DeploymentError, type DeploymentEvents } from "../deployment/events";
import { InvokeError } from "../deployment/invokeFunction";

/**
 * Answers the requests of one run until the first failure, which ends the run: it is reported once, and every later
 * request is answered UNAVAILABLE, which the SDK takes as "stop quietly".
 */
export class RequestRunner {
  failure: DeploymentError | undefined;
  private running = 0;
  private idle: (() => void)[] = [];

  constructor(
    private readonly events: DeploymentEvents,
    /** Returns the URN that a failure is reported for if its error names none. */
    private readonly defaultUrn: () => string,
  ) {}

  /** Ends the run from outside (Ctrl-C): steps under way are finished, nothing new starts. */
  fail(error: DeploymentError): void {
    this.failure ??= error;
  }

  /** Resolves when no request is being processed. */
  async settled(): Promise<void> {
    if (this.running > 0) await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  /** Wraps a handler: counts its requests, reports its failure once, and refuses everything after a failure. */
  unary<Request, Response>(
    handle: (request: Request) => Response | Promise<Response>,
  ): grpc.handleUnaryCall<Request, Response> {
    return (call, answer) => {
      if (this.failure)
        return answer({ code: grpc.status.UNAVAILABLE, details: "the deployment has failed" });
      this.running += 1;
      void Promise.resolve()
        .then(() => handle(call.request))
        .then(
          (response) => answer(null, response),
          (error: unknown) => {
            if (error instanceof InvokeError)
              return answer({ code: grpc.status.UNKNOWN, details: error.message });
            this.report(error);
            answer({ code: grpc.status.UNAVAILABLE, details: "the deployment has failed" });
          },
        )
        .finally(() => {
          this.running -= 1;
          if (this.running === 0) this.idle.splice(0).forEach((resolve) => resolve());
        });
    };
  }

  /** Reports the failure to the listeners of the run, and returns it. */
  report(error: unknown): DeploymentError {
    const failure =
      error instanceof DeploymentError
        ? error
        : new DeploymentError(this.defaultUrn(), errorText(error), { cause: error });
    // Several requests may wait for the step that failed.
    if (this.failure === failure) return failure;
    this.failure ??= failure;
    const { urn, message } = failure;
    this.events.emit("diagnostic", { severity: "error", message, urn, ephemeral: false });
    return failure;
  }
}
