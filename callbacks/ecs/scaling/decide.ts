import { askDecide } from "./askDecide";
import { type Bounds, boundsAt } from "./bounds";
import {
  limitChange,
  type LimitedChange,
  type LimitInput,
  capacityBlock,
  rolloutBlock,
} from "./changeLimits";
import { type Demand, demandOf, newestOf, usualCount } from "./demand";
import type {
  DecideTasks,
  Decision,
  EvaluationInput,
  Need,
  ScalingSettings,
  ScalingState,
} from "./model";

export const deploymentOnlyModule = true;

/**
 * Decides the desired count. Pure: the same input gives the same decision, so an event that arrives twice, late or
 * never changes nothing, and a simulation predicts what Lambda will do.
 *
 * @param decide the program's own; without it, the metrics decide.
 */
export function decideTasks(
  input: EvaluationInput,
  settings: ScalingSettings,
  decide?: DecideTasks,
): Decision {
  const demands = settings.rules.map((rule) => demandOf(rule, input, settings));
  const bounds = boundsAt(settings, input.now);
  // The need is counted now, and includes everything that was requested.
  const basis = isNeeded(input) ? input.now : basisOf(input);
  const { desired } = input;
  const lackingSince = input.running < desired ? (input.lackingSince ?? input.now) : undefined;
  const noCapacity =
    lackingSince !== undefined && input.now - lackingSince >= settings.capacityTimeout * 1000;
  const common = {
    from: desired,
    ...bounds,
    basis,
    values: valuesOf(demands),
    noCapacity,
    ...(lackingSince === undefined ? {} : { lackingSince }),
  };
  if (input.suspended)
    return { ...common, to: desired, wanted: desired, why: "suspended", again: false };
  if (input.override && input.now < input.override.until) {
    const until = new Date(input.override.until).toISOString();
    const set = clamp(input.override.desired, bounds);
    const why = `set manually to ${input.override.desired} until ${until}`;
    const moved = waitWhileBusy({ count: set, again: true }, input);
    const reasons = [why, ...(moved.because === undefined ? [] : [moved.because])];
    const by = { wanted: input.override.desired, why: reasons.join("; "), again: true };
    return { ...common, to: moved.count, ...by };
  }
  const usual = Math.max(usualCount(demands, desired), isNeeded(input) ? input.need.wanted : 0);
  const state = stateOf(input, bounds, demands);
  const answer = decide ? askDecide(decide, state, usual) : { count: usual };
  const failed = "failed" in answer ? { failed: answer.failed } : {};
  const wanted = "failed" in answer ? desired : answer.count;
  const inside = clamp(wanted, bounds);
  const limits: LimitInput = { input, settings, demands, bounds, basis, noCapacity };
  const kept = keepNeeded(inside, input);
  const moved = waitWhileBusy(moveIntoBounds(inside, limits) ?? limitChange(kept, limits), input);
  const reasons = [
    "failed" in answer
      ? answer.failed
      : reasonOf(demands, { wanted, input, isOwn: decide !== undefined }),
    ...(kept !== inside ? [`${input.need?.least} are needed`] : []),
    ...(inside !== wanted ? [`kept within ${bounds.min} to ${bounds.max}`] : []),
    ...(moved.because === undefined ? [] : [moved.because]),
    ...(noCapacity && moved.because === undefined ? [capacityBlock(settings)] : []),
  ];
  // While requested tasks have not started, evaluate again: if they never do, the metric NoCapacity must report it.
  const again = lackingSince !== undefined || moved.again;
  return { ...common, ...failed, to: moved.count, wanted, why: reasons.join("; "), again };
}

/** A count outside its bounds goes to the bound, without regard to metrics and limits of changes. */
function moveIntoBounds(
  inside: number,
  { input, settings, bounds }: LimitInput,
): LimitedChange | undefined {
  const { desired } = input;
  if (desired >= bounds.min && desired <= bounds.max) return undefined;
  if (desired > bounds.max) {
    const because = rolloutBlock(input, settings);
    if (because !== undefined) return { count: desired, because, again: true };
  }
  return {
    count: inside,
    because: `${desired} is outside ${bounds.min} to ${bounds.max}`,
    again: true,
  };
}

/** A change that is impossible now is decided again at the next evaluation. */
function waitWhileBusy(moved: LimitedChange, { busy, desired }: EvaluationInput): LimitedChange {
  if (busy === undefined || moved.count === desired) return moved;
  return { count: desired, because: busy, again: true };
}

/** Checks whether more are needed than desired, regardless of the metrics. */
function isNeeded(input: EvaluationInput): input is EvaluationInput & { readonly need: Need } {
  return input.need !== undefined && input.need.wanted > input.desired;
}

/** Never goes below the needed count; only the bounds may. */
function keepNeeded(count: number, { need, desired }: EvaluationInput): number {
  return need && count < desired ? Math.max(count, Math.min(desired, need.least)) : count;
}

function clamp(count: number, { min, max }: Bounds): number {
  return Math.min(max, Math.max(min, count));
}

function basisOf({ series }: EvaluationInput): number {
  const all = Object.values(series).flatMap((one) => [...one.out, ...one.in]);
  return newestOf(all)?.time ?? 0;
}

function valuesOf(demands: readonly Demand[]): Record<string, number | undefined> {
  return Object.fromEntries(demands.map(({ rule, value }) => [rule.name, value]));
}

function stateOf(input: EvaluationInput, bounds: Bounds, demands: readonly Demand[]): ScalingState {
  const { desired, running, pending, rollout, need, series } = input;
  const last = input.changes.at(-1);
  const values = valuesOf(demands);
  return {
    desired,
    running,
    pending,
    ...bounds,
    now: new Date(input.now),
    values,
    cpu: values.cpu,
    memory: values.memory,
    datapoints: series,
    alarms: Object.fromEntries(demands.map(({ rule, high, low }) => [rule.name, { high, low }])),
    lastChange: last && { at: new Date(last.at), from: last.from, to: last.to },
    rollout,
    need,
  };
}

function reasonOf(
  demands: readonly Demand[],
  {
    wanted,
    input,
    isOwn,
  }: { readonly wanted: number; readonly input: EvaluationInput; readonly isOwn: boolean },
): string {
  if (isOwn && wanted !== input.desired) return `decide asks for ${wanted}`;
  const reasons = demands.flatMap(({ rule, value, high, low }) => {
    if (value === undefined) return [`${rule.name} is missing`];
    const rounded = Math.round(value * 100) / 100;
    if (high) return [`${rule.name} ${rounded} is above ${rule.out?.threshold}`];
    return low ? [`${rule.name} ${rounded} is below ${rule.in?.threshold}`] : [];
  });
  if (isNeeded(input)) reasons.unshift(input.need.why);
  return reasons.length > 0 ? reasons.join(", ") : "every metric is within its thresholds";
}
