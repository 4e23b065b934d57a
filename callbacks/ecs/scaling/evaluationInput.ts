import type { Memory, Remembered } from "./memory";
import type { Decision, EvaluationInput } from "./model";
import type { Counts } from "./scaled";

export const deploymentOnlyModule = true;

/** Milliseconds after which an evaluation that has claimed a change has certainly ended: the function's timeout. */
export const LONGEST_EVALUATION = 30_000;

/** Returns a change that another evaluation has claimed, and may be about to make. */
export function changeUnderWay(
  { changes }: Memory,
  { desired }: Counts,
  now: number,
): { readonly from: number; readonly to: number } | undefined {
  const last = changes.at(-1);
  if (!last || last.to === desired || now >= last.at + LONGEST_EVALUATION) return undefined;
  return { from: last.from, to: last.to };
}

/** Combines the present state and the remembered state into the input of a decision. */
export function evaluationInputOf({
  now,
  counts,
  series,
  memory,
}: {
  readonly now: number;
  readonly counts: Counts;
  readonly series: EvaluationInput["series"];
  readonly memory: Memory;
}): EvaluationInput {
  const { desired, running, pending, rollout, need, busy } = counts;
  const last = memory.changes.at(-1);
  // A remembered change that the service does not show was never made, or was undone.
  const changes = last && last.to !== desired ? memory.changes.slice(0, -1) : memory.changes;
  // While further tasks start, there is capacity.
  const starts = running > (memory.running ?? running);
  return {
    now,
    desired,
    running,
    pending,
    series,
    changes,
    ...(rollout ? { rollout } : {}),
    ...(need ? { need } : {}),
    ...(busy === undefined ? {} : { busy }),
    ...(memory.override ? { override: memory.override } : {}),
    ...(memory.suspended ? { suspended: true } : {}),
    ...(memory.lackingSince === undefined || starts ? {} : { lackingSince: memory.lackingSince }),
  };
}

/** Returns the state to remember after a decision. */
export function rememberedOf(
  { changes, running }: EvaluationInput,
  { lackingSince }: Decision,
  next: Pick<Remembered, "kept" | "ticking" | "restingSince" | "stoppedAt">,
): Remembered {
  // The running count only while tasks are awaited: otherwise each evaluation would have something new to write.
  const awaited = lackingSince === undefined ? {} : { lackingSince, running };
  return rememberedState({ changes, ...awaited, ...next });
}

/** Returns the remembered members in a fixed order, so that two states can be compared as JSON. */
export function rememberedState({
  changes,
  lackingSince,
  running,
  kept,
  ticking,
  restingSince,
  stoppedAt,
}: Remembered): Remembered {
  return {
    changes,
    ...(lackingSince === undefined ? {} : { lackingSince }),
    ...(running === undefined ? {} : { running }),
    ...(kept === undefined ? {} : { kept }),
    ticking,
    ...(restingSince === undefined ? {} : { restingSince }),
    ...(stoppedAt === undefined ? {} : { stoppedAt }),
  };
}
