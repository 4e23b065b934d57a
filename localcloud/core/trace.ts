import { AsyncLocalStorage } from "node:async_hooks";
import type { Tracer } from "./tracer";

export type SpanKind =
  | "request"
  | "step"
  | "function"
  | "call"
  | "message"
  | "batch"
  | "event"
  | "deployment"
  | "schedule"
  | "alarm"
  | "deploy"
  | "resource"
  | "console";

export type SpanStatus = "ok" | "error" | "denied" | "fault";

/** One event or piece of work in a trace, with its cause. Times are cloud time, milliseconds. */
export interface Span {
  readonly id: string;
  readonly trace: Trace;
  readonly parent?: Span;
  readonly kind: SpanKind;
  name: string;
  readonly start: number;
  end?: number;
  status?: SpanStatus;
  /** Data for people to read. */
  readonly data: Record<string, unknown>;
  readonly logs?: string[];
  /** Related spans elsewhere: other messages of its batch, the redrive that moved it. */
  readonly links: SpanLink[];
  /** Size of `data` in the tracer's memory accounting. */
  bytes: number;
}

export interface SpanLink {
  readonly why: string;
  readonly trace: string;
  readonly span: string;
}

/** All spans that one cause triggered. */
export interface Trace {
  /** `1-<time>-<random>`, X-Ray's format. */
  readonly id: string;
  readonly sequence: number;
  readonly tracer: Tracer;
  readonly spans: Span[];
  /** Number of spans by kind, including dropped ones. */
  readonly counts: Partial<Record<SpanKind, number>>;
  /** Number of spans that have not ended. */
  open: number;
  /** Number of spans beyond the limit, which are only counted. */
  dropped: number;
  bytes: number;
  /** Time of the last end. */
  end: number;
  /** Latest problem, or a denial before it. */
  problem?: SpanStatus;
  /** True once the tracer has dropped it. */
  forgotten: boolean;
}

export interface SpanStart {
  readonly kind: SpanKind;
  readonly name: string;
  readonly data?: Record<string, unknown>;
  /** True if log lines will be added to it. */
  readonly logs?: boolean;
}

const current = new AsyncLocalStorage<Span | undefined>();

/**
 * Returns the span that caused the current work; undefined if unknown, for the cloud's own maintenance, or without
 * tracing.
 */
export function cause(): Span | undefined {
  return current.getStore();
}

/** Runs work as caused by `span`. Without tracing it costs only one check. */
export function within<Result>(span: Span | undefined, work: () => Result): Result {
  return current.getStore() === span ? work() : current.run(span, work);
}

/**
 * Runs maintenance work (log delivery, metrics, pollers, sweepers) outside of any trace, regardless of its trigger.
 */
export function detached<Result>(work: () => Result): Result {
  return within(undefined, work);
}

/**
 * Returns a task for later (a retry, the next state) with the current cause; timers do not propagate it by
 * themselves.
 */
export function carried<Result>(task: () => Result): () => Result {
  const by = cause();
  return by ? () => within(by, task) : task;
}

/** Begins a span below its cause; undefined if the cause is in no trace. */
export function begin(start: SpanStart, by: Span | undefined = cause()): Span | undefined {
  return by?.trace.tracer.begin(start, by);
}

export function finish(
  span: Span | undefined,
  status: SpanStatus = "ok",
  data?: Readonly<Record<string, unknown>>,
): void {
  span?.trace.tracer.finish(span, status, data);
}

/** Adds a log line to the span. */
export function logLine(span: Span | undefined, line: string): void {
  span?.trace.tracer.log(span, line);
}

/** Links two spans with each other. */
export function link(one: Span | undefined, other: Span | undefined, why: string): void {
  if (!one || !other || one === other) return;
  one.links.push({ why, trace: other.trace.id, span: other.id });
  other.links.push({ why, trace: one.trace.id, span: one.id });
}

/** Runs work as a separate span: below its cause, or as the start of a trace. */
export async function traced<Result>(
  tracer: Tracer | undefined,
  start: SpanStart,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!tracer) return work();
  const span = tracer.begin(start, cause());
  try {
    const result = await within(span, work);
    finish(span);
    return result;
  } catch (error) {
    finish(span, "error", { error: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}

const causes = new WeakMap<object, Span>();

/** Attaches a span to a value that is passed on within this process; codecs do not write it. */
export function mark(value: object, span: Span | undefined): void {
  if (span) causes.set(value, span);
}

export function markOf(value: object): Span | undefined {
  return causes.get(value);
}

/** Maximum characters of a text that is only displayed; texts that can be replayed are kept completely. */
const MAX_TEXT = 8_192;
/** Largest event of an asynchronous invocation, and former largest message: 256 kB. */
const MAX_WHOLE = 262_144;

export function excerpt(text: string, most = MAX_TEXT): string {
  return text.length <= most ? text : `${text.slice(0, most)}... (${text.length} characters)`;
}

/** Returns a text to replay later, and whether it was cut because it is too long. */
export function whole(text: string): { readonly text: string; readonly cut?: true } {
  return text.length <= MAX_WHOLE ? { text } : { text: excerpt(text), cut: true };
}

/** Returns `X-Amzn-Trace-Id` in the format of X-Ray and Lambda. */
export function traceHeader(span: Span): string {
  return `Root=${span.trace.id};Parent=${span.id};Sampled=0`;
}
