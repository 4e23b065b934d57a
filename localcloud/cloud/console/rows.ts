import type { Decision } from "../../core/decision";
import type { RecordedCall } from "../../core/recorder";
import type { SpanKind, SpanLink, SpanStatus } from "../../core/trace";

/** What the list of traces shows of one. Instants are cloud time, milliseconds. */
export interface TraceRow {
  readonly id: string;
  readonly sequence: number;
  /** Of what began it. */
  readonly kind: SpanKind;
  readonly name: string;
  /** API and stage of a request. */
  readonly api?: string;
  /** HTTP status of a request. */
  readonly answer?: number;
  readonly start: number;
  readonly end: number;
  /** Spans that have not ended. */
  readonly open: number;
  readonly spans: number;
  readonly calls: number;
  readonly functions: number;
  readonly problem?: SpanStatus;
  /** How long the beginning itself took: of a request, until its answer. */
  readonly rootMs?: number;
}

/** What the waterfall shows of a span. */
export interface SpanRow {
  readonly id: string;
  readonly parent?: string;
  readonly kind: SpanKind;
  readonly name: string;
  readonly start: number;
  readonly end?: number;
  readonly status?: SpanStatus;
  readonly error?: string;
  /** Of a call: who made it, on what, and which statement let it. */
  readonly who?: string;
  readonly on?: string;
  readonly statement?: string;
  /** Of a function. */
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
  /** What let each check of the call pass, in their order. */
  readonly decisions?: readonly Decision[];
};

/** Everything about a span. */
export interface SpanDetail extends SpanRow {
  readonly data: SpanData;
  readonly logs?: readonly string[];
  /** What the developer should know of a denial. */
  readonly hint?: string;
}

/** How much the tracer keeps. */
export interface Kept {
  readonly traces: number;
  readonly bytes: number;
  readonly forgotten: number;
}

/** What a stream begins with; `run` names this run of the cloud. */
export interface Hello extends Kept {
  readonly run: string;
  /** Where AWS is; the console is elsewhere. */
  readonly endpoint: string;
  readonly now: number;
  readonly tracing: boolean;
}
