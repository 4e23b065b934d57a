import type { MetricRule, ScalingSettings, Signal } from "../model";
import { pointsOf, type Sample } from "./samples";
import { SECOND } from "./trace";

export const deploymentOnlyModule = true;

interface SimulatedAlarm {
  readonly name: string;
  readonly rule: MetricRule;
  readonly signal: Signal;
  isPast(value: number): boolean;
}

/** The alarms of a scaler's rules, evaluated as CloudWatch does. */
export class SimulatedAlarms {
  readonly high: readonly SimulatedAlarm[];
  readonly low: readonly SimulatedAlarm[];

  constructor({ rules }: Pick<ScalingSettings, "rules">) {
    const alarmOf = (rule: MetricRule, direction: "out" | "in"): SimulatedAlarm[] => {
      const signal = rule[direction];
      if (!signal) return [];
      const { threshold } = signal;
      const isPast = (value: number): boolean =>
        direction === "out" ? value > threshold : value < threshold;
      return [{ name: `${rule.name} ${direction}`, rule, signal, isPast }];
    };
    this.high = rules.flatMap((rule) => alarmOf(rule, "out"));
    this.low = rules.flatMap((rule) => alarmOf(rule, "in"));
  }

  /**
   * Evaluates each alarm every minute, or at every step if its period is shorter than a minute. Updates `on`, the names
   * of the alarms in ALARM, and returns those that change to ALARM now.
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
   *
   * @param passed milliseconds since the first step
   */
  judge(
    on: Set<string>,
    samples: readonly Sample[],
    { passed, until }: { readonly passed: number; readonly until: number },
  ): string[] {
    const changed: string[] = [];
    for (const { name, rule, signal, isPast } of [...this.high, ...this.low]) {
      const { period, of, datapoints } = signal;
      if (period >= 60 && passed % (60 * SECOND) !== 0) continue;
      const points = pointsOf(samples, rule.name, { period, count: of }, until);
      const past = points.filter(({ value }) => isPast(value)).length;
      if (past < datapoints) on.delete(name);
      else if (!on.has(name)) {
        on.add(name);
        changed.push(name);
      }
    }
    return changed;
  }
}
