import { BadControlRequest, type Control } from "../../core/load";
import type { LambdaStore } from "./store";

/** Longest delay. AWS's own waiters give up after five minutes. */
const LONGEST_S = 300;

/**
 * `POST /_localcloud/functionStates {"changeSeconds": 5}` sets how long functions stay Pending and updates
 * InProgress, in seconds of the cloud's time. Default 0.
 */
export const stateControl: Control<LambdaStore> = {
  fields: ["changeSeconds"],
  set({ changeSeconds }, store) {
    if (typeof changeSeconds !== "number" || !(changeSeconds >= 0 && changeSeconds <= LONGEST_S))
      throw new BadControlRequest(
        `changeSeconds is ${JSON.stringify(changeSeconds)}; give 0 to ${LONGEST_S} seconds.`,
      );
    store.changeDelayMs = changeSeconds * 1000;
    return { changeSeconds };
  },
};
