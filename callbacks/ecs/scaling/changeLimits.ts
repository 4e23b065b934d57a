import type { Bounds } from "./bounds";
import { type Demand, isAnyMissing } from "./demand";
import type { EvaluationInput, ScalingSettings } from "./model";

export const deploymentOnlyModule = true;

const HOUR = 3_600_000;

/** A change of the count within the limits. */
export interface LimitedChange {
  readonly count: number;
  /** Why it differs from the wanted count; undefined when it does not. */
  readonly because?: string;
  /** A later evaluation may decide otherwise although no alarm changes. */
  readonly again: boolean;
}

/** What the limits of changes depend on. */
export interface LimitInput {
  readonly input: EvaluationInput;
  readonly settings: ScalingSettings;
  readonly demands: readonly Demand[];
  readonly bounds: Bounds;
  readonly basis: number;
  readonly noCapacity: boolean;
}

/** Stops a change or makes it smaller; never makes it larger, or reverses it. */
export function limitChange(wanted: number, limits: LimitInput): LimitedChange {
  const { input, settings } = limits;
  const { desired } = input;
  if (wanted === desired) return { count: desired, again: false };
  const because = wanted > desired ? scaleOutBlock(limits) : scaleInBlock(limits);
  if (because !== undefined) return { count: desired, because, again: true };
  const most = (wanted > desired ? settings.maxStepOut : settings.maxStepIn) ?? Infinity;
  if (Math.abs(wanted - desired) <= most) return { count: wanted, again: true };
  const count = wanted > desired ? desired + most : desired - most;
  return { count, because: `at most ${most} at a time`, again: true };
}

function scaleOutBlock(limits: LimitInput): string | undefined {
  const { input, settings } = limits;
  if (limits.noCapacity) return capacityBlock(settings);
  const outs = input.changes.filter(({ from, to }) => to > from);
  const cooldown = longestCooldown(
    limits.demands.filter(({ high }) => high),
    "out",
  );
  return anyScalingBlock(limits) ?? cooldownBlock(outs, cooldown, input.now);
}

/** Returns why no more tasks are requested. */
export function capacityBlock({
  capacityTimeout,
  noun = "task",
}: Pick<ScalingSettings, "capacityTimeout" | "noun">): string {
  return `no ${noun} has started for ${capacityTimeout} s: no capacity, quota or image`;
}

function scaleInBlock(limits: LimitInput): string | undefined {
  const { input, settings } = limits;
  if (isAnyMissing(limits.demands)) return "a metric is missing";
  const rollout = rolloutBlock(input, settings);
  if (rollout !== undefined) return rollout;
  // Also wait until the tasks that were added last do their share of the work.
  const cooldown = Math.max(longestCooldown(limits.demands, "in"), settings.warmup);
  return anyScalingBlock(limits) ?? cooldownBlock(input.changes, cooldown, input.now);
}

/** Returns why no task is removed during a deployment; undefined when none is under way. */
export function rolloutBlock(
  { rollout }: Pick<EvaluationInput, "rollout">,
  { holdDuringRollout }: Pick<ScalingSettings, "holdDuringRollout">,
): string | undefined {
  if (!rollout || !holdDuringRollout) return undefined;
  const { strategy, stage } = rollout;
  return `a deployment is under way (${stage === undefined ? strategy : `${strategy}, ${stage}`})`;
}

function anyScalingBlock({ input, settings, basis }: LimitInput): string | undefined {
  const last = input.changes.at(-1);
  // An event may arrive twice: datapoints that led to a change do not lead to another one.
  if (last && basis <= last.basis) return "the datapoints have been answered";
  const most = settings.maxChangesPerHour ?? Infinity;
  const made = input.changes.filter(({ at }) => at > input.now - HOUR).length;
  return made >= most ? `at most ${most} changes an hour` : undefined;
}

function cooldownBlock(
  changes: EvaluationInput["changes"],
  seconds: number,
  now: number,
): string | undefined {
  const last = changes.at(-1);
  if (!last || now >= last.at + seconds * 1000) return undefined;
  return `cooldown of ${seconds} s`;
}

function longestCooldown(demands: readonly Demand[], direction: "out" | "in"): number {
  return Math.max(0, ...demands.map(({ rule }) => rule[direction]?.cooldown ?? 0));
}
