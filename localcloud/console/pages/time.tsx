import { useSignal } from "@preact/signals";
import { get, post } from "../api";
import { instant } from "../format";
import { now } from "../state";
import { Act, Show, Table, useLoaded } from "./load";

export interface Timer {
  readonly due: number;
  readonly what: string;
}

interface Fault {
  readonly id: number;
  readonly kind: string;
  readonly service?: string;
  readonly operation?: string;
  readonly times?: number | "forever";
}

const STEPS: readonly (readonly [label: string, ms: number])[] = [
  ["+1 min", 60_000],
  ["+1 h", 3_600_000],
  ["+1 day", 86_400_000],
];

const KINDS = [
  ...["throttle", "internalError", "accessDenied", "notFound"],
  ...["connectionLostBefore", "connectionLostAfter", "killWorkerBefore", "killWorkerAfter"],
];

/** Shows the clock with its pending timers, and the faults with their pending calls. */
export function Time() {
  const timers = useLoaded("timers", () => get<Timer[]>("timers"));
  const move = async (advanceMs: number): Promise<string> => {
    const moved = await post<{ now: string }>("clock", { advanceMs });
    now.value = Date.parse(moved.now);
    timers.reload();
    return `It is ${instant(now.value)}.`;
  };
  return (
    <section class="page alone" aria-label="Faults and time" tabIndex={0}>
      <h2>Time</h2>
      <p>It is {now.value > 0 && instant(now.value)} in the cloud.</p>
      <p class="acts">
        {STEPS.map(([label, ms]) => (
          <Act key={label} act={() => move(ms)}>
            {label}
          </Act>
        ))}
        <Act
          act={async () => {
            const [next] = await get<Timer[]>("timers");
            if (!next) return "Nothing waits for a time.";
            return move(Math.max(0, next.due - now.value) + 1);
          }}
        >
          To the next timer
        </Act>
      </p>
      <h3>What waits</h3>
      <Show of={timers}>
        {(all) => (
          <Table
            none="Nothing waits for a time."
            head={["Due", "What"]}
            rows={all.slice(0, 200).map(({ due, what }) => [instant(due), what])}
          />
        )}
      </Show>
      <Faults />
      <Afresh />
    </section>
  );
}

/**
 * A button that resets the cloud to its state after the start; it asks for confirmation, because everything else is
 * lost.
 */
function Afresh() {
  const isAsked = useSignal(false);
  const reset = async (): Promise<string> => {
    isAsked.value = false;
    await post("reset", {});
    now.value = Date.parse((await get<{ now: string }>("clock")).now);
    return "Everything is as after the start.";
  };
  return (
    <>
      <h2>Reset the cloud</h2>
      <p>
        Forgets data, time, faults, calls and traces, and deploys the program anew at this address.
      </p>
      <p class="acts">
        <Act
          act={() => {
            if (isAsked.value) return reset();
            isAsked.value = true;
            return Promise.resolve("All that was done since the start will be lost.");
          }}
        >
          {isAsked.value ? "Yes: reset the cloud" : "Reset the cloud"}
        </Act>
      </p>
    </>
  );
}

function Faults() {
  const faults = useLoaded("faults", () => get<Fault[]>("faults"));
  const fields = {
    kind: useSignal(KINDS[0]),
    service: useSignal(""),
    operation: useSignal(""),
    times: useSignal("1"),
  };
  const inject = async (): Promise<string> => {
    const { kind, service, operation, times } = fields;
    await post("faults", {
      kind: kind.value,
      service: service.value || undefined,
      operation: operation.value || undefined,
      times: times.value === "forever" ? "forever" : Number(times.value),
    });
    faults.reload();
    return "The next call that fits meets it.";
  };
  const clear = async (): Promise<string> => {
    await fetch("/_localcloud/faults", { method: "DELETE" });
    faults.reload();
    return "";
  };
  return (
    <>
      <h2>Faults</h2>
      <label class="text">
        Kind
        <select
          value={fields.kind}
          onChange={(event) => (fields.kind.value = event.currentTarget.value)}
        >
          {KINDS.map((kind) => (
            <option key={kind}>{kind}</option>
          ))}
        </select>
      </label>
      {(["service", "operation", "times"] as const).map((name) => (
        <label class="text" key={name}>
          {name === "times" ? "Times, or forever" : `${name} (empty = any)`}
          <input
            value={fields[name]}
            onInput={(event) => (fields[name].value = event.currentTarget.value)}
          />
        </label>
      ))}
      <Act act={inject}>Inject</Act>
      <Show of={faults}>
        {(all) => (
          <>
            <Table
              none="No fault waits."
              head={["Kind", "Service", "Operation", "Times"]}
              rows={all.map(({ kind, service = "any", operation = "any", times = 1 }) => [
                kind,
                service,
                operation,
                times,
              ])}
            />
            {all.length > 0 && <Act act={clear}>Take all back</Act>}
          </>
        )}
      </Show>
    </>
  );
}
