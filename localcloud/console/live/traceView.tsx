import { useSignal } from "@preact/signals";
import type { SpanDetail, SpanRow } from "../../cloud/console/rows";
import { addressOf, openSpan } from "../address";
import { get } from "../api";
import { duration, short } from "../format";
import { announced, endpoint, openTrace, spans, squeezed, traces } from "../state";
import { curlOf, type SentRequest } from "./curl";
import { Detail } from "./detail";
import { Switch } from "./traceList";
import { lastInstant, rows, Waterfall } from "./waterfall";

const CHAIN: ReadonlySet<string> = new Set([
  ...["request", "function", "message", "deployment", "event", "schedule", "alarm"],
]);

/** Shows one trace: its summary, the chain of its stations, the waterfall, and the details of a span. */
export function TraceView() {
  if (spans.value.size === 0 && announced.value !== 0)
    return (
      <section class="empty">
        <p role="status">Loading the trace</p>
      </section>
    );
  if (spans.value.size === 0)
    return (
      <section class="empty">
        <a href={addressOf("")}>All traces</a>
        <h2>This trace is not available</h2>
        <p>
          It was removed by a reset or a restart of the cloud, or dropped because newer traces
          needed its memory.
        </p>
      </section>
    );
  // A row that represents several calls has no details of its own.
  const shown = spans.value.has(openSpan.value ?? "") ? openSpan.value : undefined;
  return (
    <section class={`trace ${shown ? "has-detail" : ""}`} aria-label="Trace">
      <Head root={rows.value[0].span} />
      <Waterfall />
      {shown && <Detail id={shown} key={shown} />}
    </section>
  );
}

function Head({ root }: { root: SpanRow }) {
  const trace = traces.value.find(({ id }) => id === openTrace.value);
  const { answer, start, end } = root;
  return (
    <div class="head">
      <a class="back" href={addressOf("")}>
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
          <b>{trace?.functions ?? 0}</b> {trace?.functions === 1 ? "invocation" : "invocations"}
        </span>
        <span>
          <b>{trace?.calls ?? 0}</b> {trace?.calls === 1 ? "AWS call" : "AWS calls"}
        </span>
        {trace && trace.open > 0 && <span class="going">in progress</span>}
      </p>
      <div class="tools">
        <Switch on={squeezed}>Squeeze waits</Switch>
        {["request", "function", "message"].includes(root.kind) && (
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
      onClick={() => void copy().catch(() => (label.value = "The browser did not allow it"))}
    >
      {label}
    </button>
  );
}
