import * as fc from "fast-check";
import type {
  Change,
  EvaluationInput,
  MetricRule,
  Rollout,
  ScalingSettings,
} from "../../../../callbacks/ecs/scaling/model";

export const MINUTE = 60_000;
export const NOW = Date.UTC(2026, 10, 20, 12, 0, 30);

/** A rule on CPU: out above 70 after one datapoint, in below 30 after three. */
export const CPU: MetricRule = {
  name: "cpu",
  kind: "average",
  targets: { out: 60, in: 50 },
  out: { threshold: 70, period: 60, datapoints: 1, of: 1, cooldown: 0 },
  in: { threshold: 30, period: 60, datapoints: 3, of: 3, cooldown: 300 },
};

export const SETTINGS: ScalingSettings = {
  min: 1,
  max: 20,
  schedules: [],
  rules: [CPU],
  warmup: 60,
  capacityTimeout: 600,
  holdDuringRollout: true,
};

/**
 * Creates the input for a service without changes, with this many tasks and these values of CPU in the last minutes,
 * newest last.
 */
export function input(
  desired: number,
  cpu: readonly number[],
  more: Partial<EvaluationInput> = {},
): EvaluationInput {
  const points = cpu.map((value, index) => ({
    time: Math.floor(NOW / MINUTE) * MINUTE - (cpu.length - index) * MINUTE,
    value,
  }));
  return {
    now: NOW,
    desired,
    running: desired,
    pending: 0,
    series: { cpu: { out: points.slice(-1), in: points.slice(-3) } },
    changes: [],
    ...more,
  };
}

const ROLLOUTS: readonly (Rollout | undefined)[] = [
  undefined,
  { strategy: "ROLLING", stage: "IN_PROGRESS" },
  { strategy: "BLUE_GREEN", stage: "PRODUCTION_TRAFFIC_SHIFT" },
  { strategy: "BLUE_GREEN", stage: "BAKE_TIME" },
  { strategy: "LINEAR", stage: "POST_TEST_TRAFFIC_SHIFT" },
  { strategy: "CANARY", stage: "BAKE_TIME" },
  { strategy: "CODE_DEPLOY" },
];

/** Random values from one seed: 50 000 inputs made of fast-check's own arbitraries take a minute. */
class Draw {
  constructor(private state: number) {}

  /** 0 <= n < 1 */
  next(): number {
    this.state = (Math.imul(this.state ^ (this.state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    const mixed = Math.imul(this.state ^ (this.state >>> 13), 0x297a2d39);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  }

  integer(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  list<T>(longest: number, one: () => T): T[] {
    return Array.from({ length: this.integer(0, longest) }, one);
  }

  maybe<T>(chance: number, one: () => T): T | undefined {
    return this.next() < chance ? one() : undefined;
  }
}

function drawChange(draw: Draw): Change {
  const at = NOW - draw.integer(0, 90 * MINUTE);
  return { at, from: draw.integer(0, 30), to: draw.integer(0, 30), basis: at - 90_000 };
}

/** Any state of a service, reachable or not. */
export const anyInput: fc.Arbitrary<EvaluationInput> = fc.noShrink(fc.integer()).map((seed) => {
  const draw = new Draw(seed);
  return input(
    draw.integer(0, 30),
    draw.list(4, () => draw.next() * 200),
    {
      running: draw.integer(0, 60),
      rollout: ROLLOUTS[draw.integer(0, ROLLOUTS.length - 1)],
      changes: draw.list(4, () => drawChange(draw)).sort((a, b) => a.at - b.at),
      lackingSince: draw.maybe(0.5, () => NOW - draw.integer(0, 40 * MINUTE)),
      override: draw.maybe(0.15, () => ({
        desired: draw.integer(0, 50),
        until: NOW + draw.integer(-60, 60) * MINUTE,
      })),
    },
  );
});

export const anySettings: fc.Arbitrary<ScalingSettings> = fc.noShrink(fc.integer()).map((seed) => {
  const draw = new Draw(seed);
  const min = draw.integer(0, 10);
  return {
    ...SETTINGS,
    min,
    max: Math.max(1, min + draw.integer(0, 20)),
    warmup: draw.integer(0, 300),
    capacityTimeout: draw.integer(60, 1200),
    maxStepOut: draw.maybe(0.3, () => draw.integer(1, 5)),
    maxStepIn: draw.maybe(0.3, () => draw.integer(1, 5)),
    maxChangesPerHour: draw.maybe(0.3, () => draw.integer(1, 5)),
    rules: [draw.next() < 0.5 ? withSteps(CPU) : CPU],
  };
});

function withSteps(rule: MetricRule): MetricRule {
  const { out, in: low } = rule;
  return {
    ...rule,
    ...(out
      ? {
          out: {
            ...out,
            steps: [
              { from: 0, tasks: 1 },
              { from: 15, percent: 50 },
            ],
          },
        }
      : {}),
    ...(low ? { in: { ...low, steps: [{ from: 0, tasks: 1 }] } } : {}),
  };
}
