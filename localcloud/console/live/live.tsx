import { openTrace, tracing } from "../state";
import { TraceList } from "./traceList";
import { TraceView } from "./traceView";

/** Shows traces as they happen, and the selected one. */
export function Live() {
  return (
    <div class="panes">
      <TraceList />
      {openTrace.value ? <TraceView /> : <Empty />}
    </div>
  );
}

function Empty() {
  return tracing.value ? (
    <section class="empty">
      <h2>Waiting for a cause</h2>
      <p>
        Send a request, or pick a trace. Every request, schedule, alarm, event and deployment
        appears here as it happens.
      </p>
    </section>
  ) : (
    <section class="empty">
      <h2>This cloud keeps no traces</h2>
      <p>
        Start it with <code>localcloud up</code>, or with <code>localcloud exec --traces</code>.
      </p>
    </section>
  );
}
