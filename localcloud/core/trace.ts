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

/** One thing that happened because of another. Instants are cloud time, milliseconds. */
export interface Span {
  readonly id: string;
  readonly trace: Trace;
  readonly parent?: Span;
  readonly kind: SpanKind;
  name: string;
  readonly start: number;
  end?: number;
  status?: SpanStatus;
  /** What a person reads of it. */
  readonly data: Record<string, unknown>;
  readonly logs?: string[];
  /** What it has to do with in other places: the other messages of its batch, what redrove it. */
  readonly links: SpanLink[];
  /** What `data` counts for in the tracer's memory. */
  bytes: number;
}

export interface SpanLink {
  readonly why: string;
  readonly trace: string;
  readonly span: string;
}

/** All that one cause set off. */
export interface Trace {
  /** `1-<time>-<random>`, as X-Ray writes it. */
  readonly id: string;
  readonly sequence: number;
  readonly tracer: Tracer;
  readonly spans: Span[];
  /** Spans by kind, those that were not kept too. */
  readonly counts: Partial<Record<SpanKind, number>>;
  /** Spans that have not ended. */
  open: number;
  /** Spans beyond the limit, which are counted only. */
  dropped: number;
  bytes: number;
  /** End of what ended last. */
  end: number;
  /** What went wrong last, or a denial before it. */
  problem?: SpanStatus;
  /** True once the tracer has dropped it. */
  forgotten: boolean;
}

export interface SpanStart {
  readonly kind: SpanKind;
  readonly name: string;
  readonly data?: Record<string, unknown>;
  /** Whether lines will be logged for it. */
  readonly logs?: boolean;
}

const current = new AsyncLocalStorage<Span | undefined>();

/** What set off that which is done right now; undefined: nobody known, the cloud's own upkeep, or no tracing. */
export function cause(): Span | undefined {
  return current.getStore();
}

/** Does the work as something that `span` caused; without tracing it costs a look at what is there. */
export function within<Result>(span: Span | undefined, work: () => Result): Result {
  return current.getStore() === span ? work() : current.run(span, work);
}

/** Upkeep (log delivery, metrics, pollers, sweepers) belongs to no trace, whoever happened to set it off. */
export function detached<Result>(work: () => Result): Result {
  return within(undefined, work);
}

/** A task for later (a retry, the next state) that what causes this one causes too: timers carry nothing by themselves. */
export function carried<Result>(task: () => Result): () => Result {
  const by = cause();
  return by ? () => within(by, task) : task;
}

/** Begins something below what caused it; undefined where that is in no trace. */
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

/** A line that belongs to the span. */
export function logLine(span: Span | undefined, line: string): void {
  span?.trace.tracer.log(span, line);
}

/** Notes on both that they have to do with each other. */
export function link(one: Span | undefined, other: Span | undefined, why: string): void {
  if (!one || !other || one === other) return;
  one.links.push({ why, trace: other.trace.id, span: other.id });
  other.links.push({ why, trace: one.trace.id, span: one.id });
}

/** Does the work as a span of its own: below its cause, or as the beginning of a trace. */
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

/** Notes, for those in the same process, which span a value that is handed on belongs to; no codec writes it. */
export function mark(value: object, span: Span | undefined): void {
  if (span) causes.set(value, span);
}

export function markOf(value: object): Span | undefined {
  return causes.get(value);
}

/** Characters of a text that is only read; what can be replayed is kept whole. */
const MAX_TEXT = 8_192;
/** The largest event of a function that is called asynchronously and the largest message of old: 256 kB. */
const MAX_WHOLE = 262_144;

export function excerpt(text: string, most = MAX_TEXT): string {
  return text.length <= most ? text : `${text.slice(0, most)}... (${text.length} characters)`;
}

/** A text to replay later, and whether it is too long for that. */
export function whole(text: string): { readonly text: string; readonly cut?: true } {
  return text.length <= MAX_WHOLE ? { text } : { text: excerpt(text), cut: true };
}

/** `X-Amzn-Trace-Id` as X-Ray and Lambda hand it on. */
export function traceHeader(span: Span): string {
  return `Root=${span.trace.id};Parent=${span.id};Sampled=0`;
}
