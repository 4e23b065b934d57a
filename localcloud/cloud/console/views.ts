import type { Decision } from "../../core/decision";
import type { Principal } from "../../core/principal";
import type { RecordedCall } from "../../core/recorder";
import type { Span, Trace } from "../../core/trace";
import type { SpanDetail, SpanRow, TraceRow } from "./rows";

export function traceRow(trace: Trace): TraceRow {
  const [root] = trace.spans;
  const { api, stage, status } = root.data;
  return {
    id: trace.id,
    sequence: trace.sequence,
    kind: root.kind,
    name: root.name,
    ...(typeof api === "string" && { api: `${api} / ${String(stage)}` }),
    ...(typeof status === "number" && { answer: status }),
    start: root.start,
    end: Math.max(trace.end, root.start),
    open: trace.open,
    spans: trace.spans.length + trace.dropped,
    calls: trace.counts.call ?? 0,
    functions: trace.counts.function ?? 0,
    problem: trace.problem,
    ...(root.end !== undefined && { rootMs: root.end - root.start }),
  };
}

export function spanRow(span: Span): SpanRow {
  const { id, parent, kind, name, start, end, status, links, data, logs } = span;
  const call = data.call as RecordedCall | undefined;
  return {
    ...{ id, parent: parent?.id, kind, name, start, end, status },
    ...(links.length > 0 && { links }),
    ...(logs && { lines: logs.length }),
    ...(call && callFacts(call, data.decisions as readonly Decision[])),
    ...(kind === "request" && { answer: data.status as number }),
    ...(kind === "function" && functionFacts(data)),
    ...(typeof data.error === "string" && { error: data.error }),
  };
}

export function spanDetail(span: Span, hint?: string): SpanDetail {
  const { data, logs } = span;
  return { ...spanRow(span), data, logs, hint };
}

function callFacts(call: RecordedCall, decisions: readonly Decision[]): Partial<SpanRow> {
  const [decision] = decisions;
  return {
    who: whoOf(call.principal),
    on: call.checks[0]?.resource,
    error: call.errorCode,
    statement: decision && (decision.statement?.Sid ?? decision.reason),
  };
}

function whoOf(principal: Principal): string {
  switch (principal.type) {
    case "role":
      return principal.roleName;
    case "service":
      return principal.service;
    case "user":
      return principal.userName;
    default:
      return principal.type;
  }
}

function functionFacts(data: Span["data"]): Partial<SpanRow> {
  const { version, cold, initMs, durationMs, memoryMB } = data as Partial<SpanRow>;
  return { version, cold, initMs, durationMs, memoryMB };
}
