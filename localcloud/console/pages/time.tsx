import { useSignal } from "@preact/signals";
import { get, post, remove } from "../api";
import { instant } from "../format";
import { now } from "../state";
import { Act, Confirm, Refresh, Show, Table, useAct, useLoaded } from "./load";

export interface Timer {
  readonly due: number;
  readonly what: string;
}

interface Fault {
  readonly rule: {
    readonly kind: string;
    readonly service?: string;
    readonly operation?: string;
    readonly roleName?: string;
    readonly skip?: number;
    readonly times?: number | "forever";
  };
  /** Number of calls that failed so far. */
  readonly applied: number;
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
    return `It is ${instant(now.value)} UTC.`;
  };
  return (
    <section class="page alone" aria-label="Faults and time" tabIndex={0}>
      <h2>Time</h2>
      <p>It is {now.value > 0 && instant(now.value)} UTC in the cloud.</p>
      <p class="acts">
        {STEPS.map(([label, ms]) => (
          <Act key={label} act={() => move(ms)}>
            {label}
          </Act>
        ))}
        <Act
          act={async () => {
            const [next] = await get<Timer[]>("timers");
            if (!next) return "There are no pending timers.";
            // Another tab or command may have moved the clock.
            const clock = await get<{ now: string }>("clock");
            return move(Math.max(0, next.due - Date.parse(clock.now)) + 1);
          }}
        >
          To the next timer
        </Act>
      </p>
      <h3>Pending timers</h3>
      <Refresh of={timers} />
      <Show of={timers}>
        {(all) => (
          <Table
            none="There are no pending timers."
            head={["Due (UTC)", "What"]}
            rows={all.slice(0, 200).map(({ due, what }) => [instant(due), what])}
          />
        )}
      </Show>
      <Faults />
      <Reset />
    </section>
  );
}

/**
 * A button that resets the cloud to its state after the start; it asks for confirmation, because everything else is
 * lost.
 */
function Reset() {
  const isAsked = useSignal(false);
  const { message, isRunning, run } = useAct();
  const reset = async (): Promise<string> => {
    await post("reset", {});
    now.value = Date.parse((await get<{ now: string }>("clock")).now);
    return "The cloud is as it was after its start.";
  };
  return (
    <>
      <h2>Reset the cloud</h2>
      <p>
        Discards data, time, faults, calls and traces, and deploys the program again at the same
        address.
      </p>
      <p class="acts">
        <button
          type="button"
          aria-busy={isRunning.value}
          onClick={() => {
            isAsked.value = !isRunning.value;
            if (isAsked.value) message.value = "";
          }}
        >
          Reset the cloud
        </button>
        <output>
          {isAsked.value ? "Everything that happened since the start will be lost." : message}
        </output>
        {isAsked.value && (
          <Confirm
            title="reset the cloud"
            yes={() => {
              isAsked.value = false;
              void run(reset);
            }}
            no={() => (isAsked.value = false)}
          />
        )}
      </p>
    </>
  );
}

const FIELDS = {
  service: "Service (empty: any)",
  operation: "Operation (empty: any)",
  roleName: "Role (empty: any)",
  skip: "Matching calls that succeed first",
  times: "Times, or forever",
} as const;

/** Returns the number that a text stands for; the cloud refuses other texts in its own words. */
function countOf(text: string): number | string {
  return text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
}

function Faults() {
  const faults = useLoaded("faults", () => get<Fault[]>("faults"));
  const fields = {
    kind: useSignal(KINDS[0]),
    service: useSignal(""),
    operation: useSignal(""),
    roleName: useSignal(""),
    skip: useSignal("0"),
    times: useSignal("1"),
  };
  const inject = async (): Promise<string> => {
    const { kind, service, operation, roleName, skip, times } = fields;
    await post("faults", {
      kind: kind.value,
      service: service.value || undefined,
      operation: operation.value || undefined,
      roleName: roleName.value || undefined,
      skip: countOf(skip.value),
      times: times.value === "forever" ? "forever" : countOf(times.value),
    });
    faults.reload();
    return "The next matching call will fail.";
  };
  const clear = async (): Promise<string> => {
    await remove("faults");
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
      {(["service", "operation", "roleName", "skip", "times"] as const).map((name) => (
        <label class="text" key={name}>
          {FIELDS[name]}
          <input
            value={fields[name]}
            onInput={(event) => (fields[name].value = event.currentTarget.value)}
          />
        </label>
      ))}
      <p class="acts">
        <Act act={inject}>Inject</Act>
        <Refresh of={faults} />
      </p>
      <Show of={faults}>
        {(all) => (
          <>
            <Table
              none="There are no faults."
              head={["Kind", "Service", "Operation", "Role", "Skip", "Times", "Failed so far"]}
              rows={all.map(({ rule, applied }) => [
                rule.kind,
                rule.service ?? "any",
                rule.operation ?? "any",
                rule.roleName ?? "any",
                rule.skip ?? 0,
                rule.times ?? 1,
                applied,
              ])}
            />
            {all.length > 0 && <Act act={clear}>Remove all</Act>}
          </>
        )}
      </Show>
    </>
  );
}
