import { begin, finish, logLine, traceHeader, whole, type Span } from "../../../core/trace";
import type { Tracer } from "../../../core/tracer";
import type { FunctionVersion } from "../model/model";
import type { Conclusion } from "./conclusion";
import type { InvocationRequest } from "./environment";

/** The requests of one execution environment as spans; without a tracer it does nothing. */
export class InvocationTrace {
  private span: Span | undefined;

  constructor(
    private readonly tracer: Tracer | undefined,
    private readonly version: FunctionVersion,
    private readonly accessKeyId: string,
  ) {}

  /** From here on, calls that are signed with the environment's keys are this request's. */
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

  /** `_X_AMZN_TRACE_ID` of the request; undefined when it is in no trace. */
  get header(): string | undefined {
    return this.span && traceHeader(this.span);
  }

  /** The environment is gone. */
  end(): void {
    this.tracer?.runs(this.accessKeyId, undefined);
  }
}
