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

export function rememberedOf(
  input: EvaluationInput,
  decision: Decision,
  { kept, ...next }: Pick<Remembered, "kept" | "ticking" | "restingSince" | "stoppedAt">,
): Remembered {
  return {
    changes: input.changes,
    ...(decision.lackingSince === undefined ? {} : { lackingSince: decision.lackingSince }),
    // Remembered only while tasks are awaited: otherwise each evaluation would have something new to write.
    ...(decision.lackingSince === undefined ? {} : { running: input.running }),
    ...(kept === undefined ? {} : { kept }),
    ticking: next.ticking,
    ...(next.restingSince === undefined ? {} : { restingSince: next.restingSince }),
    ...(next.stoppedAt === undefined ? {} : { stoppedAt: next.stoppedAt }),
  };
}

/** Returns the remembered state, with its members in the order of `rememberedOf`. */
export function rememberedState({
  changes,
  lackingSince,
  running,
  kept,
  ticking,
  restingSince,
  stoppedAt,
}: Memory): Remembered {
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
