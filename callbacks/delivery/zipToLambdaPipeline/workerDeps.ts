import type { Deps } from "../../deps";
import type { Builder } from "./build/builder";

export const deploymentOnlyModule = true;

/** What the worker takes from its surroundings. */
export interface WorkerDeps extends Deps {
  /** Writes a line to the log as it is. */
  print(line: string): void;
  /** Where the log is, for a link. */
  readonly region: string;
  /** Absent where zips are not built. */
  readonly builder?: Builder;
}
