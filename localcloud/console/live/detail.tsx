import { useSignal, useSignalEffect } from "@preact/signals";
import type { SpanDetail, SpanRow } from "../../cloud/console/rows";
import { addressOf } from "../address";
import { get } from "../api";
import { count, logLine, pretty, short } from "../format";
import { openTrace, spans } from "../state";
import { Decisions } from "./decisions";
import { FunctionLink } from "./functionLink";
import { Replay } from "./replay";
import { closeDetails } from "./waterfall";

/** Texts of a span in the order of display, by their names in its data. */
const TEXTS: readonly (readonly [name: string, title: string])[] = [
  ["reason", "Reason"],
  ["template", "Template"],
  ["input", "Template input"],
  ["output", "Template output"],
  ["event", "Event"],
  ["request", "Request"],
  ["answer", "Answer"],
  ["body", "Message"],
  ["detail", "Event detail"],
  ["urn", "URN"],
];

const REPLAYED: ReadonlySet<string> = new Set(["request", "function", "message"]);

export function Detail({ id }: { id: string }) {
  const shown = useSignal<SpanDetail | undefined>(undefined);
  const error = useSignal<string | undefined>(undefined);
  const secrets = useSignal(false);
  useSignalEffect(() => {
    // Loaded again when the span ends.
    const end = spans.value.get(id)?.end;
    const query = secrets.value ? "secrets=show" : `end=${end ?? ""}`;
    let isWanted = true;
    get<SpanDetail>(`traces/${openTrace.peek()}/${id}?${query}`).then(
      (detail) => {
        if (!isWanted) return;
        shown.value = detail;
        error.value = undefined;
      },
      (reason: unknown) => isWanted && (error.value = (reason as Error).message),
    );
    // A slow answer must not replace a later one.
    return () => {
      isWanted = false;
    };
  });
  const span = shown.value;
  if (!span) return <Waiting id={id} error={error.value} />;
  const { data, logs = [], hint } = span;
  return (
    <aside
      class="detail"
      aria-label="Details"
      tabIndex={0}
      onKeyDown={(event) => event.key === "Escape" && closeDetails()}
    >
      <Title span={span} />
      {error.value !== undefined && <p class="denial">{error}</p>}
      {data.call?.errorMessage && <p class="denial">{data.call.errorMessage}</p>}
      {!data.call && span.error && <p class="denial">{span.error}</p>}
      {hint && <p class="hint">{hint}</p>}
      {data.call && <Decisions span={span} />}
      {data.call && <Block title="Parameters" value={data.call.input} />}
      {TEXTS.map(
        ([name, title]) =>
          data[name] !== undefined &&
          data[name] !== "" && <Block key={name} title={title} value={data[name]} />,
      )}
      {logs.length > 0 && (
        <Block title={`Log: ${count(logs.length, "line")}`} value={logs.map(logLine).join("\n")} />
      )}
      {span.links && <Links span={span} />}
      {span.kind === "function" && <FunctionLink name={span.name} />}
      {REPLAYED.has(span.kind) && <Replay span={span} />}
      {JSON.stringify(data).includes("(hidden)") && (
        <button type="button" onClick={() => (secrets.value = true)}>
          Show what is hidden
        </button>
      )}
    </aside>
  );
}

/** Shows the details before they are loaded, and why they could not be loaded. */
function Waiting({ id, error }: { id: string; error: string | undefined }) {
  const span = spans.value.get(id);
  return (
    <aside class="detail" aria-label="Details">
      {span && <Title span={span} />}
      {error === undefined ? <p class="dim">Loading</p> : <p class="denial">{error}</p>}
    </aside>
  );
}

function Title({ span }: { span: SpanRow }) {
  return (
    <div class="title">
      <h3>{span.kind === "call" ? span.name : short(span.name)}</h3>
      <button type="button" aria-label="Close details" onClick={closeDetails}>
        ✕
      </button>
    </div>
  );
}

function Links({ span }: { span: SpanRow }) {
  return (
    <ul class="links">
      {span.links?.map(({ why, trace }) => (
        <li key={trace}>
          <a href={addressOf(`trace/${trace}`)}>{why}</a>
        </li>
      ))}
    </ul>
  );
}

export function Block({ title, value }: { title: string; value: unknown }) {
  return (
    <div class="block">
      <h4>{title}</h4>
      <pre tabIndex={0}>{pretty(value)}</pre>
    </div>
  );
}
