import { isDeepStrictEqual } from "node:util";
import { errorText } from "../../provider/errorText";
import { DeploymentError, type DeploymentEvents } from "./events";
import type { Reading } from "./changes";
import type { Providers } from "./providers";
import { isOurs, type ResourceState, type StackState } from "../state/state";

export interface RefreshOptions {
  readonly state: StackState;
  readonly providers: Providers;
  readonly events: DeploymentEvents;
  /** Number of resources that are read in parallel. */
  readonly parallel: number;
  /** Decides which resources need not be read again. Default: everything is read. */
  readonly reading?: Reading;
}

/**
 * Updates the engine's state to the actual state of AWS: properties that something else changed, and resources that
 * something else deleted, which are removed. Announces only these. Rejects with a DeploymentError for a resource that
 * cannot be read.
 */
export async function refreshState(options: RefreshOptions): Promise<void> {
  const { state, reading } = options;
  const waiting = state.all().filter((one) => isOurs(one) && !reading?.isUnchanged(one.type));
  const reader = async (): Promise<void> => {
    for (let next = waiting.pop(); next; next = waiting.pop()) await refreshOne(next, options);
  };
  await Promise.all(Array.from({ length: options.parallel }, reader));
  reading?.end();
}

async function refreshOne(old: ResourceState, options: RefreshOptions): Promise<void> {
  const { state, events } = options;
  const { urn, type, parent } = old;
  const found = await options.providers
    .whereItIs(old)
    .refresh(type, old.id ?? "", old.inputs)
    .catch((error: unknown) => {
      throw new DeploymentError(urn, `It cannot be read: ${errorText(error)}`, { cause: error });
    });
  if (!found) {
    state.forget(old);
    events.emit("step", { operation: "gone", urn, type, parent, changes: [], done: true });
    return;
  }
  const { inputs } = found;
  // Values that AWS does not return (the result of an invocation) stay; an id changes with `trackLatest`.
  const outputs = { ...old.outputs, ...found.outputs };
  state.set({ ...old, id: String(found.outputs.id), inputs, outputs });
  const changes = [...new Set([...Object.keys(old.inputs), ...Object.keys(inputs)])].filter(
    (name) => !isDeepStrictEqual(old.inputs[name], inputs[name]),
  );
  if (changes.length > 0)
    events.emit("step", { operation: "changed", urn, type, parent, changes, done: true });
}
