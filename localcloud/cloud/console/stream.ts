import type { IncomingMessage, ServerResponse } from "node:http";
import type { Span, Trace } from "../../core/trace";
import type { Cloud } from "../cloud";
import { hiddenJson } from "./hidden";
import type { Hello, Kept } from "./rows";
import { spanRow, traceRow } from "./views";

/** Changes within this many milliseconds are sent together. */
const BATCH_MS = 60;
const BEAT_MS = 5_000;
/** Number of traces that a new listener receives immediately. */
const FIRST_TRACES = 500;

/** Identifies this run of the cloud. */
const RUN = `${Date.now().toString(36)}${process.pid.toString(36)}`;

/**
 * Streams server-sent events: `hello` (again after all traces were removed), then `traces` (the present rows, then
 * changed ones), `spans` of the trace that is `open`, `time`. A slow listener gets the latest state later, not a queue.
 */
export function stream(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  cloud: Cloud,
  open: string | null,
): void {
  const { tracer } = cloud;
  const changed = new Set<Trace>([...(tracer?.traces.values() ?? [])].slice(-FIRST_TRACES));
  const spans = new Set<Span>(tracer?.traces.get(open ?? "")?.spans);
  let timer: NodeJS.Timeout | undefined;
  let isBehind = false;
  let greeted: string | undefined;
  const send = (event: string, data: unknown): boolean =>
    outgoing.write(`event: ${event}\ndata: ${hiddenJson(data, cloud.secrets)}\n\n`);
  const flush = (): void => {
    timer = undefined;
    isBehind = outgoing.writableNeedDrain;
    if (isBehind) return void outgoing.once("drain", flush);
    const { run } = hello(cloud);
    const isFirst = run !== greeted;
    if (isFirst) send("hello", { ...hello(cloud), openSpans: spans.size });
    greeted = run;
    const rows = [...changed].filter(({ forgotten }) => !forgotten).map(traceRow);
    if (isFirst || rows.length > 0) send("traces", rows);
    if (spans.size > 0) send("spans", [...spans].map(spanRow));
    changed.clear();
    spans.clear();
  };
  const flushSoon = (): void => void (isBehind || (timer ??= setTimeout(flush, BATCH_MS)));
  const stop = tracer?.listen((span) => {
    changed.add(span.trace);
    if (span.trace.id === open && !span.trace.forgotten) spans.add(span);
    flushSoon();
  });
  const stopClears = tracer?.listenToClears(() => {
    changed.clear();
    spans.clear();
    flushSoon();
  });
  outgoing.write("retry: 1000\n\n");
  flush();
  const beat = setInterval(() => {
    if (outgoing.writableNeedDrain) {
      for (const trace of changed) if (trace.forgotten) changed.delete(trace);
    } else send("time", { now: cloud.clock.now(), ...kept(cloud) });
  }, BEAT_MS);
  incoming.on("close", () => {
    stop?.();
    stopClears?.();
    clearInterval(beat);
    clearTimeout(timer);
  });
}

export function hello(cloud: Cloud): Hello {
  const tracing = cloud.tracer !== undefined;
  const { endpoint, tracer } = cloud;
  // Changes when the traces are removed, so that a page notices that its own ones are of the time before.
  const run = `${RUN}.${tracer?.clears ?? 0}`;
  return { run, endpoint, now: cloud.clock.now(), tracing, ...kept(cloud) };
}

function kept({ tracer }: Cloud): Kept {
  return tracer?.size ?? { traces: 0, bytes: 0, forgotten: 0 };
}
