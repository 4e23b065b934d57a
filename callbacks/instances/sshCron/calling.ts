import type { Deps } from "../../deps";

export const deploymentOnlyModule = true;

/** Dependencies and deadline of concurrent calls to AWS. */
export interface Calling {
  readonly deps: Deps;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

const CALLS_AT_ONCE = 10;

export async function inParallel<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, worker));
}
