import { begin, finish, logLine, traceHeader, whole, type Span } from "../../../core/trace";
import type { Tracer } from "../../../core/tracer";
import type { FunctionVersion } from "../model/model";
import type { Conclusion } from "./conclusion";
import type { InvocationRequest } from "./environment";

/** Records the requests of one execution environment as spans. Does nothing without a tracer. */
export class InvocationTrace {
  private span: Span | undefined;

  constructor(
    private readonly tracer: Tracer | undefined,
    private readonly version: FunctionVersion,
    private readonly accessKeyId: string,
  ) {}

  /** Starts the span of a request. From now on, calls that are signed with the environment's keys belong to it. */
  begin({ requestId, payload, invokedArn }: InvocationRequest, cold: boolean): void {
    if (!this.tracer) return;
    const { functionName: name, version } = this.version;
    const { text: event, cut } = whole(payload);
    const data = { version, requestId, invokedArn, cold, event, cut };
    const start = { kind: "function", name, data, logs: true } as const;
    this.span = begin(start) ?? this.tracer.begin(start);
    this.tracer.runs(this.accessKeyId, this.span);
  }

  log(line: string): void {
    logLine(this.span, line);
  }

  finish({ payload, failure, report, memoryBytes }: Conclusion, initMs: number | undefined): void {
    if (!this.span) return;
    finish(this.span, failure ? "error" : "ok", {
      durationMs: report.durationMs,
      initMs,
      memoryMB: Math.ceil(memoryBytes / 1024 / 1024),
      memorySizeMB: this.version.deployed.memorySize,
      answer: whole(payload).text,
      ...(failure && { error: `${failure.errorType ?? "Error"}: ${failure.errorMessage}` }),
    });
  }

  /** Value of `_X_AMZN_TRACE_ID` for the request; undefined if the request is not traced. */
  get header(): string | undefined {
    return this.span && traceHeader(this.span);
  }

  /** The environment has ended. */
  end(): void {
    this.tracer?.runs(this.accessKeyId, undefined);
  }
}
