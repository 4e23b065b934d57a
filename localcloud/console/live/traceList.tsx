import { useSignal, useSignalEffect, type Signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { TraceRow } from "../../cloud/console/rows";
import { addressOf, everything, filter, problemsOnly } from "../address";
import { duration, short } from "../format";
import { isProblem, kept, openTrace, paused, shownTraces, traces } from "../state";

/** Height of a line in pixels; the list renders only the visible ones. */
const LINE = 52;

export function TraceList() {
  const box = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(900);
  useSignalEffect(() => {
    if (!box.current) return undefined;
    const watch = new ResizeObserver(([entry]) => (height.value = entry.contentRect.height));
    watch.observe(box.current);
    return () => watch.disconnect();
  });
  const all = shownTraces.value;
  const first = Math.max(0, Math.floor(top.value / LINE) - 4);
  const visibleTraces = all.slice(first, first + Math.ceil(height.value / LINE) + 8);
  const { bytes, forgotten, traces: keptTraces } = kept.value;
  return (
    <section class="list" aria-label="Traces">
      <Tools />
      <div
        class="scroll"
        ref={box}
        tabIndex={0}
        role="region"
        aria-label="List of traces"
        onScroll={(event) => (top.value = event.currentTarget.scrollTop)}
      >
        <ul style={{ height: `${all.length * LINE}px` }}>
          {visibleTraces.map((trace, index) => (
            <Line key={trace.id} trace={trace} index={first + index} />
          ))}
        </ul>
      </div>
      <p class="foot">
        {all.length} of {traces.value.length} traces · {(bytes / 2 ** 20).toFixed(1)} of 64 MiB
        {keptTraces > traces.value.length && ` · the newest of ${keptTraces}`}
        {forgotten > 0 && ` · ${forgotten} older ones were dropped`}
      </p>
    </section>
  );
}

function Tools() {
  return (
    <div class="tools">
      <label class="search">
        <span class="hidden">Filter traces</span>
        <input
          type="search"
          placeholder="Filter: path, function, 4xx"
          value={filter}
          onInput={(event) => (filter.value = event.currentTarget.value)}
        />
      </label>
      <Switch on={problemsOnly}>Problems</Switch>
      <Switch on={everything}>All</Switch>
      <Switch on={paused}>Pause</Switch>
    </div>
  );
}

export function Switch({ on, children }: { on: Signal<boolean>; children: string }) {
  return (
    <button type="button" aria-pressed={on.value} onClick={() => (on.value = !on.value)}>
      {children}
    </button>
  );
}

function Line({ trace, index }: { trace: TraceRow; index: number }) {
  const bad = isProblem(trace) ? (trace.problem ?? "error") : undefined;
  const state = trace.open > 0 ? "open" : (bad ?? "ok");
  const { rootMs = 0 } = trace;
  const after = trace.end - trace.start - rootMs;
  return (
    <li style={{ top: `${index * LINE}px` }}>
      <a
        href={addressOf(`trace/${trace.id}`)}
        aria-current={openTrace.value === trace.id ? "true" : undefined}
      >
        <i
          class={`state ${state}`}
          role="img"
          aria-label={state === "open" ? "in progress" : state}
        />
        <b>{short(trace.name)}</b>
        <span class={`code ${bad ?? ""}`}>{trace.answer ?? trace.kind}</span>
        <small>{new Date(trace.start).toISOString().slice(11, 23)}</small>
        <small class="what">{countsOf(trace)}</small>
        <small class="ms">
          {duration(trace.rootMs)}
          {after > 50 && ` + ${duration(after)}`}
        </small>
      </a>
    </li>
  );
}

function countsOf({ functions, calls }: TraceRow): string {
  const parts = [
    functions > 0 && `${functions} λ`,
    calls > 0 && `${calls} call${calls > 1 ? "s" : ""}`,
  ];
  return parts.filter(Boolean).join(" · ");
}
