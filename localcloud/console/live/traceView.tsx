import { useSignal } from "@preact/signals";
import type { SpanDetail, SpanRow } from "../../cloud/console/rows";
import { get } from "../api";
import { duration, short } from "../format";
import { endpoint, openSpan, openTrace, spans, squeezed, traces } from "../state";
import { curlOf, type SentRequest } from "./curl";
import { Detail } from "./detail";
import { Switch } from "./traceList";
import { lastInstant, rows, Waterfall } from "./waterfall";

const CHAIN: ReadonlySet<string> = new Set([
  ...["request", "function", "message", "deployment", "event", "schedule", "alarm"],
]);

/** Shows one trace: its summary, the chain of its stations, the waterfall, and the details of a span. */
export function TraceView() {
  if (spans.value.size === 0)
    return (
      <section class="empty">
        <a href="#/">All traces</a>
        <h2>Not kept</h2>
        <p>This trace is of an earlier cloud, or was dropped to stay within the memory.</p>
      </section>
    );
  return (
    <section class={`trace ${openSpan.value ? "has-detail" : ""}`} aria-label="Trace">
      <Head root={rows.value[0].span} />
      <Waterfall />
      {openSpan.value && <Detail id={openSpan.value} key={openSpan.value} />}
    </section>
  );
}

function Head({ root }: { root: SpanRow }) {
  const trace = traces.value.find(({ id }) => id === openTrace.value);
  const { answer, start, end } = root;
  return (
    <div class="head">
      <a class="back" href="#/">
        All traces
      </a>
      <h2>
        {short(root.name)}{" "}
        {answer !== undefined && (
          <span class={`code ${answer >= 400 ? "error" : ""}`}>{answer}</span>
        )}
      </h2>
      <Chain />
      <p class="figures">
        <span>
          <b>{duration(end === undefined ? undefined : end - start)}</b> to the answer
        </span>
        <span>
          <b>{duration((trace?.end ?? lastInstant()) - start)}</b> to the last effect
        </span>
        <span>
          <b>{trace?.functions ?? 0}</b> invocations
        </span>
        <span>
          <b>{trace?.calls ?? 0}</b> AWS calls
        </span>
        {trace && trace.open > 0 && <span class="going">going on</span>}
      </p>
      <div class="tools">
        <Switch on={squeezed}>Squeeze waits</Switch>
        {["request", "function"].includes(root.kind) && (
          <button type="button" onClick={() => (openSpan.value = root.id)}>
            Replay
          </button>
        )}
        {root.kind === "request" && <CopyCurl id={root.id} />}
      </div>
    </div>
  );
}

function Chain() {
  const names = rows.value
    .filter(({ span, run }) => !run && CHAIN.has(span.kind))
    .map(({ span }) => short(span.name));
  return (
    <p class="chain">
      {[...new Set(names)].map((name, index) => (
        <span key={name}>
          {index > 0 && <i aria-hidden="true">→</i>}
          {name}
        </span>
      ))}
    </p>
  );
}

function CopyCurl({ id }: { id: string }) {
  const label = useSignal("Copy as curl");
  const copy = async (): Promise<void> => {
    // The copied command must work, so it contains values that the page hides.
    const { data } = await get<SpanDetail>(`traces/${openTrace.value}/${id}?secrets=show`);
    await navigator.clipboard.writeText(curlOf(data.request as SentRequest, endpoint.value));
    label.value = "Copied";
  };
  return (
    <button
      type="button"
      onClick={() => void copy().catch(() => (label.value = "The browser does not let it"))}
    >
      {label}
    </button>
  );
}
