import type { Datapoint } from "../model";
import { SECOND, STEP } from "./trace";

export const deploymentOnlyModule = true;

/** Values of metrics in a step, by their names; without one that has none. */
export interface Sample {
  readonly time: number;
  readonly values: Readonly<Record<string, number>>;
}

/** Averages of the last whole periods that have ended by then; the samples are those of all steps. */
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
