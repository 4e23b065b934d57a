import type { Decision } from "../../core/decision";
import type { RecordedCall } from "../../core/recorder";
import type { SpanKind, SpanLink, SpanStatus } from "../../core/trace";

/** One trace in the list. Times are cloud time, milliseconds. */
export interface TraceRow {
  readonly id: string;
  readonly sequence: number;
  /** Kind of the trace's first span. */
  readonly kind: SpanKind;
  readonly name: string;
  /** API and stage of a request. */
  readonly api?: string;
  /** HTTP status of a request. */
  readonly answer?: number;
  readonly start: number;
  readonly end: number;
  /** Number of spans that have not ended. */
  readonly open: number;
  readonly spans: number;
  readonly calls: number;
  readonly functions: number;
  readonly problem?: SpanStatus;
  /** Duration of the first span; for a request, until its response. */
  readonly rootMs?: number;
}

/** One span in the waterfall. */
export interface SpanRow {
  readonly id: string;
  readonly parent?: string;
  readonly kind: SpanKind;
  readonly name: string;
  readonly start: number;
  readonly end?: number;
  readonly status?: SpanStatus;
  readonly error?: string;
  /** For a call: the caller, the resource, and the statement that allowed it. */
  readonly who?: string;
  readonly on?: string;
  readonly statement?: string;
  /** For a function. */
  readonly version?: string;
  readonly cold?: boolean;
  readonly initMs?: number;
  readonly durationMs?: number;
  readonly memoryMB?: number;
  readonly lines?: number;
  readonly answer?: number;
  readonly links?: readonly SpanLink[];
}

type SpanData = Readonly<Record<string, unknown>> & {
  readonly call?: RecordedCall;
  /** The decision for each check of the call, in order. */
  readonly decisions?: readonly Decision[];
};

/** All data of a span. */
export interface SpanDetail extends SpanRow {
  readonly data: SpanData;
  readonly logs?: readonly string[];
  /** Hint for the developer about a denial. */
  readonly hint?: string;
}

/** How much the tracer stores. */
export interface Kept {
  readonly traces: number;
  readonly bytes: number;
  readonly forgotten: number;
}

/** First event of a stream; `run` identifies this run of the cloud, until its next reset. */
export interface Hello extends Kept {
  readonly run: string;
  /** Address of the AWS protocols; the console has another one. */
  readonly endpoint: string;
  readonly now: number;
  readonly tracing: boolean;
  /** Number of spans of the open trace that follow. */
  readonly openSpans?: number;
}
