import type { Datapoint } from "../model";
import { SECOND, STEP } from "./trace";

export const deploymentOnlyModule = true;

/** Metric values in one step, by metric name. A metric without a value is absent. */
export interface Sample {
  readonly time: number;
  readonly values: Readonly<Record<string, number>>;
}

/** Returns the averages of the last whole periods that have ended by `until`. Needs the samples of all steps. */
export function pointsOf(
  samples: readonly Sample[],
  name: string,
  { period, count }: { readonly period: number; readonly count: number },
  until: number,
): Datapoint[] {
  const start = samples[0]?.time ?? until;
  const size = period / STEP;
  const whole = Math.floor((until - start) / (period * SECOND));
  const points: Datapoint[] = [];
  for (let index = Math.max(0, whole - count); index < whole; index += 1) {
    const part = samples
      .slice(Math.floor(index * size), Math.floor((index + 1) * size))
      .flatMap(({ values: { [name]: value } }) => value ?? []);
    if (part.length === 0) continue;
    const sum = part.reduce((total, value) => total + value, 0);
    points.push({ time: start + index * period * SECOND, value: sum / part.length });
  }
  return points;
}
