import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { deployments, returns } from "../state";

export interface Loaded<Value> {
  readonly value: Value | undefined;
  readonly error: string | undefined;
  reload(): void;
}

/**
 * Loads a value, again whenever `key` changes, a deployment has ended, the user comes back to the page or the caller
 * requests it.
 */
export function useLoaded<Value>(key: string, load: () => Promise<Value>): Loaded<Value> {
  const value = useSignal<Value | undefined>(undefined);
  const error = useSignal<string | undefined>(undefined);
  const times = useSignal(0);
  useEffect(() => {
    let wanted = true;
    load().then(
      (found) => {
        if (!wanted) return;
        value.value = found;
        error.value = undefined;
      },
      (reason: unknown) => wanted && (error.value = (reason as Error).message),
    );
    return () => {
      wanted = false;
    };
  }, [key, times.value, deployments.value, returns.value]);
  return { value: value.value, error: error.value, reload: () => (times.value += 1) };
}

/** Shows the loaded value. An error is shown too, above the last value, because that may contain what is being edited. */
export function Show<Value>({
  of,
  children,
}: {
  of: Loaded<Value>;
  children: (value: Value) => ComponentChildren;
}) {
  const { value, error } = of;
  return (
    <>
      {error !== undefined && <p class="denial">{error}</p>}
      {value !== undefined && children(value)}
      {value === undefined && error === undefined && <p class="dim">Loading</p>}
    </>
  );
}

type Action = () => Promise<string | void>;

/** Runs actions, and has the result of the last one. */
export function useAct() {
  const message = useSignal("");
  const isRunning = useSignal(false);
  const run = async (act: Action): Promise<void> => {
    // A second click while the first one is under way would do it twice.
    if (isRunning.value) return;
    isRunning.value = true;
    message.value = "";
    try {
      message.value = (await act()) ?? "Done";
    } catch (error) {
      message.value = (error as Error).message;
    }
    isRunning.value = false;
  };
  return { message, isRunning, run };
}

/** A button that runs an action and shows its result. */
export function Act({ children, act }: { children: string; act: Action }) {
  const { message, isRunning, run } = useAct();
  return (
    <span class="act">
      <button type="button" aria-busy={isRunning.value} onClick={() => void run(act)}>
        {children}
      </button>
      <output>{message}</output>
    </span>
  );
}

/**
 * Asks before something is changed. It is shown beside the button that it asks about, which stays in its place, so
 * that a double click on that button does not answer the question.
 */
export function Confirm({ title, yes, no }: { title: string; yes: () => void; no: () => void }) {
  return (
    <>
      <button type="button" onClick={yes}>
        {`Yes: ${title}`}
      </button>
      <button type="button" onClick={no}>
        No
      </button>
    </>
  );
}

/** A button that loads a value again. */
export function Refresh({ of }: { of: { reload(): void } }) {
  return (
    <span class="act">
      <button type="button" onClick={() => of.reload()}>
        Refresh
      </button>
    </span>
  );
}

/** Texts up to this length, such as times and ids, are never wrapped. */
const UNWRAPPED = 24;

function isShort(cell: ComponentChildren): boolean {
  return typeof cell !== "object" && String(cell).length <= UNWRAPPED;
}

/** A table with headings. `keys` identify rows with contents that can be opened: the same row then stays open. */
export function Table({
  head,
  rows,
  keys,
  none = "None",
}: {
  head: readonly string[];
  rows: readonly (readonly ComponentChildren[])[];
  keys?: readonly string[];
  none?: string;
}) {
  if (rows.length === 0) return <p class="dim">{none}</p>;
  return (
    <div class="table" tabIndex={0} role="group" aria-label={head.join(", ")}>
      <table>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, index) => (
            <tr key={keys?.[index] ?? index}>
              {cells.map((cell, at) => (
                <td key={at} class={isShort(cell) ? "short" : undefined}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Text({
  label,
  value,
  onText,
  rows = 4,
}: {
  label: string;
  value: string;
  onText: (text: string) => void;
  rows?: number;
}) {
  return (
    <label class="text">
      {label}
      <textarea rows={rows} value={value} onInput={(event) => onText(event.currentTarget.value)} />
    </label>
  );
}
