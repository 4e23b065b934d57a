import type { Deps } from "../../deps";
import type { Builder } from "./build/builder";

export const deploymentOnlyModule = true;

/** What the worker needs from outside. */
export interface WorkerDeps extends Deps {
  /** Writes a line to the log unchanged. */
  print(line: string): void;
  /** Region of the log, for a link. */
  readonly region: string;
  /** Absent where zips cannot be built. */
  readonly builder?: Builder;
}
