import type { EvaluationInput, ScalingSettings } from "./model";

export const deploymentOnlyModule = true;

/** Milliseconds that an event may be late before its tasks count as a period younger. */
const LATENESS = 5_000;

/**
 * Returns how many tasks did the work of a datapoint: those that run now, without those that later changes added and
 * with those that they removed. A new task counts after its warm-up. While two deployments run, ECS counts the tasks of
 * both, so the result is at most the desired count. https://github.com/aws/containers-roadmap/issues/525
 */
export function servingAt(
  time: number,
  { desired, running, changes }: Pick<EvaluationInput, "desired" | "running" | "changes">,
  { warmup, runningCounts }: Pick<ScalingSettings, "warmup" | "runningCounts">,
): number {
  let serving = runningCounts ? running : Math.min(running, desired);
  for (const { at, from, to } of [...changes].reverse()) {
    if (to > from && time + LATENESS < at + warmup * 1000) serving = Math.min(serving, from);
    // Removed tasks take a while to stop: those removed at the start of a datapoint still did some of its work.
    if (to < from && time <= at) serving = Math.max(serving, from);
  }
  return serving;
}
