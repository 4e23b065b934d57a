import { batch, computed, effect, signal } from "@preact/signals";
import type { Hello, Kept, SpanRow, TraceRow } from "../cloud/console/rows";
import { everything, filter, openSpan, problemsOnly, route } from "./address";

export type Link = "connecting" | "live" | "lost" | "restarted";

/** The same limit as in the cloud. */
const MOST_TRACES = 10_000;

export const link = signal<Link>("connecting");
export const now = signal(0);
export const tracing = signal(true);
/** Address of the AWS protocols. */
export const endpoint = signal("");
export const kept = signal<Kept>({ traces: 0, bytes: 0, forgotten: 0 });
/** Grows with each deployment, reset and restart, after which resources have to be loaded again. */
export const deployments = signal(0);
/** Grows with each reset and restart, after which nothing that a page shows is valid. */
export const restarts = signal(0);
/** Grows when the user comes back to the page: another tab or a command may have changed what it shows. */
export const returns = signal(0);
addEventListener("focus", () => (returns.value += 1));
/** Number of spans of the open trace that the cloud announced; undefined before it has answered. */
export const announced = signal<number | undefined>(undefined);
/** Newest first. */
export const traces = signal<readonly TraceRow[]>([]);
/** Spans of the open trace. */
export const spans = signal<ReadonlyMap<string, SpanRow>>(new Map());
export const openTrace = computed(() => /^trace\/([\w-]+)/.exec(route.value)?.[1]);
export const paused = signal(false);
export const squeezed = signal(true);

const byId = new Map<string, TraceRow>();
const held: TraceRow[][] = [];
/** Whether the page has the rows that were there when it connected for the first time. */
let hasFirst = false;
let run: string | undefined;

export const shownTraces = computed(() => {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  return traces.value.filter(
    (trace) =>
      (!problemsOnly.value || isProblem(trace)) &&
      (everything.value || hasConsequences(trace)) &&
      words.every((word) => textOf(trace).includes(word)),
  );
});

function hasConsequences({ kind, functions, calls, problem }: TraceRow): boolean {
  if (kind === "call") return functions > 0 || problem !== undefined;
  return kind !== "alarm" || calls > 0;
}

export function isProblem({ problem, answer = 0 }: TraceRow): boolean {
  return problem !== undefined || answer >= 400;
}

function textOf({ name, kind, api, answer, problem }: TraceRow): string {
  return `${name} ${kind} ${api ?? ""} ${answer ?? ""} ${problem ?? ""}`.toLowerCase();
}

function take(rows: readonly TraceRow[]): void {
  for (const row of rows) {
    const known = byId.get(row.id);
    // The page's first rows are older than what it loads. Later, an unknown deployment has begun and ended at once, or
    // while the tab was hidden.
    const hasEnded = known ? known.rootMs === undefined : hasFirst;
    // Its effects, such as the rollout of a service, may take longer.
    if (row.kind === "deploy" && row.rootMs !== undefined && hasEnded) deployments.value += 1;
    byId.set(row.id, row);
  }
  hasFirst = true;
  const all = [...byId.values()].sort((one, other) => other.sequence - one.sequence);
  for (const old of all.splice(MOST_TRACES)) byId.delete(old.id);
  traces.value = all;
}

function begin(hello: Hello): void {
  const restarted = run !== undefined && run !== hello.run;
  if (restarted) {
    byId.clear();
    hasFirst = false;
    held.length = 0;
    traces.value = [];
    spans.value = new Map();
    openSpan.value = undefined;
    deployments.value += 1;
    restarts.value += 1;
  }
  link.value = restarted ? "restarted" : "live";
  announced.value = hello.openSpans ?? 0;
  run = hello.run;
  tracing.value = hello.tracing;
  endpoint.value = hello.endpoint;
  now.value = hello.now;
  kept.value = hello;
}

/** A browser allows six connections to a host for all tabs together, so a hidden tab closes its own. */
const visible = signal(!document.hidden);
document.addEventListener("visibilitychange", () => (visible.value = !document.hidden));

let streamed: string | undefined;

/** One stream: always the list, and the spans of the open trace. */
effect(() => {
  const open = openTrace.value;
  if (open !== streamed) {
    spans.value = new Map();
    announced.value = undefined;
  }
  streamed = open;
  if (!visible.value) return undefined;
  const source = new EventSource(`/_localcloud/traces/stream${open ? `?trace=${open}` : ""}`);
  const on = <Data>(event: string, handle: (data: Data) => void): void =>
    source.addEventListener(event, ({ data }: MessageEvent<string>) =>
      batch(() => handle(JSON.parse(data) as Data)),
    );
  on<Hello>("hello", begin);
  on<Kept & { now: number }>("time", (time) => {
    now.value = time.now;
    kept.value = time;
  });
  on<TraceRow[]>("traces", (rows) => (paused.value ? void held.push(rows) : take(rows)));
  on<SpanRow[]>("spans", (rows) => {
    const next = new Map(spans.peek());
    for (const row of rows) next.set(row.id, row);
    spans.value = next;
  });
  source.onerror = () => (link.value = "lost");
  return () => source.close();
});
effect(() => {
  if (!paused.value) for (const rows of held.splice(0)) take(rows);
});
