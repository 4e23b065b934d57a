import type { RunningCloud } from "./runningCloud";

/** Restores the state after the start; returns a description of it. */
export async function reset(cloud: RunningCloud): Promise<string> {
  await cloud.ask("POST", "reset", {});
  const { resources = [] } = await cloud.program();
  const count = resources.filter(({ id }) => id !== undefined).length;
  return count === 0 ? "empty, as after the start" : `as after the start: ${count} resources`;
}
