import type { SSMClient } from "@aws-sdk/client-ssm";
import type { HistoryEntry, Release, Verdicts } from "../history/history";
import { isMove, standingPromotions } from "../history/history";
import { readHistory } from "../history/historyParameter";
import { readVerdicts } from "./verdicts";

export const deploymentOnlyModule = true;

/** Releases that something may return to although no alias and no stage serves them. */
export interface KeptReleases {
  /** The last that passed, which an apiGate puts `stage` back to, and what the next rollback returns to. */
  readonly needed: readonly Release[];
  /**
   * Both ends of the last move of prod, which may be under way, and what the rollbacks after the next would return to,
   * the nearest first: as many as there is room for.
   */
  readonly wanted: readonly Release[];
}

/** What whoever deletes old releases must know, be it an update or a command: both may run at once. */
export async function readKept(
  ssm: SSMClient,
  parameters: { readonly verdictsParameter: string; readonly historyParameter: string },
): Promise<KeptReleases> {
  const verdicts = await readVerdicts(ssm, parameters.verdictsParameter);
  return keptReleases(verdicts, await readHistory(ssm, parameters.historyParameter));
}

export function keptReleases({ passed }: Verdicts, history: readonly HistoryEntry[]): KeptReleases {
  const last = history.filter(isMove).at(-1);
  const [next, ...further] = standingPromotions(history)
    .reverse()
    .map(({ from }) => from);
  return {
    needed: [passed, next].filter((release) => release !== undefined),
    wanted: [...(last ? [last.to, last.from] : []), ...further],
  };
}
