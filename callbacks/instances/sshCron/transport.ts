import type { Work } from "./job";
import type { RunEnd } from "./model";
import type { RunMessage } from "./settings";

export const deploymentOnlyModule = true;

/** How hosts are reached. */
export interface Transport {
  /** Finds out all that is needed to reach a host, without any effect on it; an end where that cannot be had. */
  reach(message: RunMessage): Promise<RunOnHost | RunEnd>;
}

/** Runs a job on the host that was asked for. Nothing is tried again once a command may have reached it. */
export type RunOnHost = (work: Work) => Promise<RunEnd>;
