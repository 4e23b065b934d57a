import type { Clock } from "./clock";
import { randomText } from "./randomPool";
import type { Span, SpanStart, SpanStatus, Trace } from "./trace";

export interface TracerLimits {
  /** Default 10 000. */
  readonly traces?: number;
  /** Default 64 MiB. */
  readonly bytes?: number;
  /** Maximum spans of one trace; further ones are only counted. Default 2 000. */
  readonly spans?: number;
}

const SPAN_BYTES = 320;
const MAX_LINES = 200;
const MAX_LINE = 2_048;

/** Stores traces as trees of spans; beyond its limits, whole traces are dropped, oldest first. */
export class Tracer {
  /** By id, oldest first. */
  readonly traces = new Map<string, Trace>();
  /** How often all traces were removed. */
  clears = 0;
  /** Number of traces dropped because of the limits. */
  forgotten = 0;
  private bytes = 0;
  private sequence = 0;
  private count = 0;
  private last = 0;
  private ahead = 0;
  private readonly prefix = randomText(4, "hex");
  private readonly running = new Map<string, Span>();
  private readonly listeners = new Set<(span: Span) => void>();
  private readonly clearListeners = new Set<() => void>();
  private readonly most: Required<TracerLimits>;

  constructor(
    private readonly clock: Clock,
    { traces = 10_000, bytes = 64 * 1024 * 1024, spans = 2_000 }: TracerLimits = {},
  ) {
    this.most = { traces, bytes, spans };
  }

  /** Begins a span below `parent`. Without a parent, or if its trace was dropped, begins a trace. */
  begin({ kind, name, data = {}, logs }: SpanStart, parent?: Span): Span {
    const above = parent?.trace.forgotten ? undefined : parent;
    const trace = above?.trace ?? this.open();
    const id = this.prefix + (++this.count).toString(16).padStart(8, "0");
    // Spans that never end, such as a message that nobody receives, count too.
    const bytes = bytesOf(data);
    const span: Span = {
      ...{ id, trace, parent: above, kind, name, start: this.now(), data },
      ...{ logs: logs ? [] : undefined, links: [], bytes },
    };
    trace.open += 1;
    trace.counts[kind] = (trace.counts[kind] ?? 0) + 1;
    if (trace.spans.length < this.most.spans) trace.spans.push(span);
    else trace.dropped += 1;
    this.changed(span, SPAN_BYTES + bytes);
    return span;
  }

  /** Ends a span; a message that is received again ends once more, later. */
  finish(span: Span, status: SpanStatus, data?: Readonly<Record<string, unknown>>): void {
    const { trace } = span;
    if (span.end === undefined) trace.open -= 1;
    span.end = trace.end = this.now();
    span.status = status;
    // A denial explains the failures that follow it.
    if (isProblem(span) && trace.problem !== "denied") trace.problem = status;
    Object.assign(span.data, data);
    const bytes = bytesOf(span.data);
    const more = bytes - span.bytes;
    span.bytes = bytes;
    this.changed(span, more);
  }

  log(span: Span, line: string): void {
    if (!span.logs || span.logs.length > MAX_LINES) return;
    const isLast = span.logs.length === MAX_LINES;
    span.logs.push(isLast ? "(further lines are in its log stream)" : line.slice(0, MAX_LINE));
    this.changed(span, Math.min(line.length, MAX_LINE));
  }

  /** Sets the invocation that the holder of these keys is running; undefined: none. */
  runs(accessKeyId: string, span: Span | undefined): void {
    if (span) this.running.set(accessKeyId, span);
    else this.running.delete(accessKeyId);
  }

  runningAs(accessKeyId: string | undefined): Span | undefined {
    return accessKeyId === undefined ? undefined : this.running.get(accessKeyId);
  }

  /**
   * Returns the span that a header `Root=1-...;Parent=...` names, or the first span of its trace, while it is stored.
   */
  named(header: string | undefined): Span | undefined {
    if (header === undefined) return undefined;
    const trace = this.traces.get(/Root=([^;]+)/.exec(header)?.[1] ?? "");
    const parent = /Parent=([^;]+)/.exec(header)?.[1] ?? "";
    return trace && (spanIn(trace.spans, parent) ?? trace.spans[0]);
  }

  /** Calls the listener for every span that begins, changes or ends, until the returned function is called. */
  listen(listener: (span: Span) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Calls the listener when all traces were removed, until the returned function is called. */
  listenToClears(listener: () => void): () => void {
    this.clearListeners.add(listener);
    return () => void this.clearListeners.delete(listener);
  }

  get size(): { traces: number; bytes: number; forgotten: number } {
    return { traces: this.traces.size, bytes: this.bytes, forgotten: this.forgotten };
  }

  clear(): void {
    for (const trace of this.traces.values()) this.forget(trace);
    this.clears += 1;
    this.forgotten = 0;
    // A reset moves the clock back; new traces do not follow the removed ones.
    this.last = 0;
    for (const listener of this.clearListeners) listener();
  }

  /**
   * Returns cloud time with a resolution below a millisecond, never decreasing: with whole milliseconds, effects
   * could come before their causes.
   */
  private now(): number {
    const real = performance.timeOrigin + performance.now();
    const ahead = this.clock.now() - real;
    if (Math.abs(ahead - this.ahead) > 1.5) this.ahead = ahead;
    return (this.last = Math.max(this.last, real + this.ahead));
  }

  private open(): Trace {
    const seconds = Math.floor(this.clock.now() / 1000).toString(16);
    const id = `1-${seconds}-${randomText(12, "hex")}`;
    const trace: Trace = {
      ...{ id, sequence: ++this.sequence, tracer: this, spans: [], counts: {} },
      ...{ open: 0, dropped: 0, bytes: 0, end: 0, forgotten: false },
    };
    this.traces.set(id, trace);
    return trace;
  }

  private changed(span: Span, bytes: number): void {
    const { trace } = span;
    if (!trace.forgotten) {
      trace.bytes += bytes;
      this.bytes += bytes;
      this.makeRoom(trace);
    }
    for (const listener of this.listeners) listener(span);
  }

  private makeRoom(newest: Trace): void {
    for (const oldest of this.traces.values()) {
      if (this.bytes <= this.most.bytes && this.traces.size <= this.most.traces) return;
      if (oldest === newest) continue;
      this.forget(oldest);
      this.forgotten += 1;
    }
  }

  private forget(trace: Trace): void {
    this.traces.delete(trace.id);
    this.bytes -= trace.bytes;
    trace.forgotten = true;
    trace.spans.length = 0;
  }
}

/** Finds a span by halves: ids count up, and every call of a deployment asks in a trace of thousands of spans. */
function spanIn(spans: readonly Span[], id: string): Span | undefined {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (spans[middle].id < id) low = middle + 1;
    else high = middle;
  }
  return spans[low]?.id === id ? spans[low] : undefined;
}

/**
 * Checks whether a span is a problem of the trace. A failed call that its function handled (a condition, a retry) is
 * not.
 */
function isProblem({ kind, status }: Span): boolean {
  return status !== "ok" && !(kind === "call" && status === "error");
}

/** Estimates the memory of a value; calls, the largest part, are shared with the recorder. */
function bytesOf(value: unknown): number {
  if (typeof value === "string") return value.length + 16;
  if (typeof value !== "object" || value === null) return 8;
  let sum = 16;
  for (const key of Object.keys(value))
    sum += key.length + bytesOf((value as Record<string, unknown>)[key]);
  return sum;
}
