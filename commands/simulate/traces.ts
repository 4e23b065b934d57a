import type { Trace } from "../../callbacks/ecs/scaling/simulation/trace";

const START = Date.UTC(2026, 0, 5);

/** Typical loads, in percent of one task. */
export const TRACES: Readonly<Record<string, Trace>> = {
  step: minutes(120, (minute) => (minute < 20 || minute >= 80 ? 100 : 500)),
  spike: minutes(120, (minute) => (minute >= 20 && minute < 32 ? 700 : 100)),
  burst: minutes(120, (minute) =>
    [20, 50, 80].some((at) => minute >= at && minute < at + 10) ? 400 : 60,
  ),
  wave: minutes(24 * 60, (minute) => 300 - 250 * Math.cos((minute / (24 * 60)) * 2 * Math.PI)),
};

function minutes(count: number, load: (minute: number) => number): Trace {
  const values = Array.from({ length: count }, (_value, minute) => Math.round(load(minute)));
  return { start: START, every: 60, kind: "load", values };
}
