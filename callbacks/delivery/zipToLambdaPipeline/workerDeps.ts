import type { Deps } from "../../deps";

export const deploymentOnlyModule = true;

/** What the worker takes from its surroundings. */
export interface WorkerDeps extends Deps {
  /** Writes a line to the log as it is. */
  print(line: string): void;
  /** Where the log is, for a link. */
  readonly region: string;
}
