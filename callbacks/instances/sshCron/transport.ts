import type { Work } from "./job";
import type { RunEnd } from "./model";
import type { RunMessage } from "./settings";

export const deploymentOnlyModule = true;

/** How to reach hosts. */
export interface Transport {
  /** Reads everything that is needed to reach a host, without any effect on it; returns an end where that fails. */
  reach(message: RunMessage): Promise<RunOnHost | RunEnd>;
}

/** Runs a job on that host. Nothing is retried once a command may have reached it. */
export type RunOnHost = (work: Work) => Promise<RunEnd>;
