export const deploymentOnlyModule = true;

/** One value of a metric. */
export interface Datapoint {
  /** Start of its period in milliseconds since the epoch. */
  readonly time: number;
  readonly value: number;
}

/** How many tasks to add or remove when a metric has passed a value. */
export interface Step {
  /** Smallest distance of the metric above its threshold, or for `scaleIn` below it. 0 is the threshold itself. */
  readonly from: number;
  /** Tasks to add, or for `scaleIn` to remove. Give this or `percent`. */
  readonly tasks?: number;
  /** The same in percent of the serving tasks; at least one task. */
  readonly percent?: number;
}

/** Condition under which a metric asks for a change in one direction. */
export interface Signal {
  readonly threshold: number;
  /** Seconds per datapoint: 10, 20, 30, or a multiple of 60. */
  readonly period: number;
  /** This many of the last `of` datapoints must be past the threshold. */
  readonly datapoints: number;
  readonly of: number;
  /** Seconds after a change in which there is no further change in this direction. */
  readonly cooldown: number;
  /** Without steps the change is proportional to the metric. */
  readonly steps?: readonly Step[];
}

/** One metric and the changes that it asks for. */
export interface MetricRule {
  readonly name: string;
  /** `average` is a value per task, such as CPU; `total` is shared by all tasks, such as a queue. */
  readonly kind: "average" | "total";
  /** Value per task that a proportional change aims at, when scaling out and when scaling in. */
  readonly targets: { readonly out: number; readonly in: number };
  readonly out?: Signal;
  readonly in?: Signal;
}

/** Bounds that apply from each run of a schedule until the run of another one. */
export interface BoundsSchedule {
  /** `cron(0 8 ? * MON-FRI *)` */
  readonly cron: string;
  /** IANA time zone, such as `Europe/Berlin`. Default `UTC`. */
  readonly timezone?: string;
  readonly min: number;
  readonly max: number;
}

/** Settings of a scaler from its program. Plain data, so that it can be packed, recorded and replayed. */
export interface ScalingSettings {
  readonly min: number;
  readonly max: number;
  readonly schedules: readonly BoundsSchedule[];
  readonly rules: readonly MetricRule[];
  /** Seconds after a change until the new tasks do their share of the work. */
  readonly warmup: number;
  readonly maxStepOut?: number;
  readonly maxStepIn?: number;
  readonly maxChangesPerHour?: number;
  /** After this many seconds in which no further task starts, no more are requested. */
  readonly capacityTimeout: number;
  /** Whether a deployment prevents the removal of tasks. */
  readonly holdDuringRollout: boolean;
  /** Noun for what is counted, used in the reasons. Default `task`. */
  readonly noun?: string;
  /**
   * Whether everything that runs does the work, even if it is more than desired: units of capacity come several at
   * once. Tasks over the desired count belong to a second deployment.
   */
  readonly runningCounts?: boolean;
}

/** A change of the desired count by the scaler. */
export interface Change {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
  /** Time of the newest datapoint that led to the change. */
  readonly basis: number;
}

/** A deployment under way. */
export interface Rollout {
  /** `ROLLING`, `BLUE_GREEN`, `LINEAR`, `CANARY`. */
  readonly strategy: string;
  /** Its present stage, such as `BAKE_TIME`, or the stage at which a PAUSE hook waits. */
  readonly stage?: string;
}

/** The newest complete datapoints of a metric, in order of time, for each direction. */
export interface Series {
  readonly out: readonly Datapoint[];
  readonly in: readonly Datapoint[];
}

/** The need that follows from the present state, regardless of the metrics: for example room for waiting tasks. */
export interface Need {
  /** A value above the desired count asks for more. */
  readonly wanted: number;
  /** The count never goes below this, however low the metrics are. */
  readonly least: number;
  /** The reason in words: `3 tasks wait for a place`. */
  readonly why: string;
}

/** A count set manually with `scale`, instead of the one that the metrics ask for. */
export interface Override {
  readonly desired: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** Everything that a decision depends on in addition to the settings. */
export interface EvaluationInput {
  readonly now: number;
  readonly desired: number;
  /** The sum of all deployments, as ECS counts them. */
  readonly running: number;
  readonly pending: number;
  readonly rollout?: Rollout;
  readonly need?: Need;
  /** Why no change is possible at this moment; the wanted count waits for the next evaluation. */
  readonly busy?: string;
  /** By rule name; a metric that could not be read is empty. */
  readonly series: Readonly<Record<string, Series>>;
  /** Newest last; those of the last hour at least. */
  readonly changes: readonly Change[];
  readonly override?: Override;
  readonly suspended?: boolean;
  /** Since when tasks are wanted and none starts, in milliseconds since the epoch. */
  readonly lackingSince?: number;
}

/** Input of `decide`. */
export interface ScalingState {
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  /** The bounds in force. */
  readonly min: number;
  readonly max: number;
  readonly now: Date;
  /** Newest values by metric, per task; undefined for a missing metric. */
  readonly values: Readonly<Record<string, number | undefined>>;
  /** The same as `values.cpu` and `values.memory`. */
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
  readonly datapoints: Readonly<Record<string, Series>>;
  /** Whether enough datapoints are past the thresholds, by metric. */
  readonly alarms: Readonly<Record<string, { readonly high: boolean; readonly low: boolean }>>;
  readonly lastChange:
    { readonly at: Date; readonly from: number; readonly to: number } | undefined;
  readonly rollout: Rollout | undefined;
  readonly need: Need | undefined;
}

/** Returns how many tasks there should be; `usual` is what the scaler would decide without it. */
export type DecideTasks = (state: ScalingState, usual: number) => number;

/** Result of an evaluation. */
export interface Decision {
  readonly from: number;
  /** The count to set; the same as `from` for no change. */
  readonly to: number;
  /** The count before bounds and limits of changes. */
  readonly wanted: number;
  /** The reason in words. */
  readonly why: string;
  readonly min: number;
  readonly max: number;
  readonly basis: number;
  readonly values: Readonly<Record<string, number | undefined>>;
  /** A change is wanted or awaited that no alarm will report: evaluate again in a minute. */
  readonly again: boolean;
  /** Why the answer of `decide` could not be used. */
  readonly failed?: string;
  readonly lackingSince?: number;
  /** Tasks are wanted and have not started for `capacityTimeout`. */
  readonly noCapacity: boolean;
}
