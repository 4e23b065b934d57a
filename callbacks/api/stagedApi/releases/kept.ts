import type { SSMClient } from "@aws-sdk/client-ssm";
import type { HistoryEntry, Release, GateResults } from "../history/history";
import { isMove, standingPromotions } from "../history/history";
import { readHistory } from "../history/historyParameter";
import { readGateResults } from "./gateResults";

export const deploymentOnlyModule = true;

/** Releases that a later step may return to although no alias and no stage serves them. */
export interface KeptReleases {
  /** The last release that passed, which an apiGate moves `stage` back to, and the target of the next rollback. */
  readonly needed: readonly Release[];
  /**
   * Both ends of the last move of prod, which may be under way, and the targets of the rollbacks after the next one,
   * nearest first: as many as there is room for.
   */
  readonly wanted: readonly Release[];
}

/** Reads the releases that must not be deleted. An update and a command may both delete at the same time. */
export async function readKept(
  ssm: SSMClient,
  parameters: { readonly verdictsParameter: string; readonly historyParameter: string },
): Promise<KeptReleases> {
  const results = await readGateResults(ssm, parameters.verdictsParameter);
  return keptReleases(results, await readHistory(ssm, parameters.historyParameter));
}

export function keptReleases(
  { passed }: GateResults,
  history: readonly HistoryEntry[],
): KeptReleases {
  const last = history.filter(isMove).at(-1);
  const [next, ...further] = standingPromotions(history)
    .reverse()
    .map(({ from }) => from);
  return {
    needed: [passed, next].filter((release) => release !== undefined),
    wanted: [...(last ? [last.to, last.from] : []), ...further],
  };
}
