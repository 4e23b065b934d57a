export const deploymentOnlyModule = true;

/** One value of a metric. */
export interface Datapoint {
  /** Milliseconds since the epoch at which its period begins. */
  readonly time: number;
  readonly value: number;
}

/** How many to add or remove when a metric has passed a value. */
export interface Step {
  /** The metric is at least this much above, for `scaleIn` below, its threshold. 0 is the threshold itself. */
  readonly from: number;
  /** Tasks to add, or for `scaleIn` to remove. Give this or `percent`. */
  readonly tasks?: number;
  /** The same in percent of the tasks that serve; at least one task. */
  readonly percent?: number;
}

/** When a metric asks for a change, in one direction. */
export interface Signal {
  readonly threshold: number;
  /** Seconds of a datapoint: 10, 20, 30, or a multiple of 60. */
  readonly period: number;
  /** So many of the last `of` datapoints must be past the threshold. */
  readonly datapoints: number;
  readonly of: number;
  /** Seconds after a change in which this direction rests. */
  readonly cooldown: number;
  /** Without them the change is in proportion to the metric. */
  readonly steps?: readonly Step[];
}

/** One metric and what it asks for. */
export interface MetricRule {
  readonly name: string;
  /** `average` is that of a task, such as CPU; `total` is shared by the tasks, such as a queue. */
  readonly kind: "average" | "total";
  /** Value of a task that a change in proportion aims at, outwards and inwards. */
  readonly targets: { readonly out: number; readonly in: number };
  readonly out?: Signal;
  readonly in?: Signal;
}

/** Bounds that hold from each time of a schedule until that of another. */
export interface BoundsSchedule {
  /** `cron(0 8 ? * MON-FRI *)` */
  readonly cron: string;
  /** Such as `Europe/Berlin`. Default `UTC`. */
  readonly timezone?: string;
  readonly min: number;
  readonly max: number;
}

/** How a scaler decides, as its program says. Plain data, so that it can be packed, recorded and replayed. */
export interface ScalingSettings {
  readonly min: number;
  readonly max: number;
  readonly schedules: readonly BoundsSchedule[];
  readonly rules: readonly MetricRule[];
  /** Seconds after a change until its tasks do their share of the work. */
  readonly warmup: number;
  readonly maxStepOut?: number;
  readonly maxStepIn?: number;
  readonly maxChangesPerHour?: number;
  /** Seconds in which no further task starts before no more are asked for. */
  readonly capacityTimeout: number;
  /** Whether a rollout keeps tasks from being removed. */
  readonly holdDuringRollout: boolean;
  /** What is counted, in the words of the reasons. Default `task`. */
  readonly noun?: string;
  /**
   * Whether all that runs does the work, also when it is more than what is desired: units of capacity come several at
   * once. Tasks over the desired count are those of a second deployment.
   */
  readonly runningCounts?: boolean;
}

/** A change of the desired count that the scaler has made. */
export interface Change {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
  /** Time of the newest datapoint that it was decided on. */
  readonly basis: number;
}

/** A deployment under way. */
export interface Rollout {
  /** `ROLLING`, `BLUE_GREEN`, `LINEAR`, `CANARY`. */
  readonly strategy: string;
  /** Where it is, such as `BAKE_TIME`, or a stage that a PAUSE hook holds. */
  readonly stage?: string;
}

/** The newest datapoints of a metric that are complete, in order of time, by the direction that reads them. */
export interface Series {
  readonly out: readonly Datapoint[];
  readonly in: readonly Datapoint[];
}

/** How many are needed by what there is, whatever the metrics say: places for tasks that wait for one. */
export interface Need {
  /** More than desired asks for more. */
  readonly wanted: number;
  /** Never fewer than so many, however low the metrics are. */
  readonly least: number;
  /** Why, in words: `3 tasks wait for a place`. */
  readonly why: string;
}

/** Set by hand with `scale`, instead of what the metrics ask for. */
export interface Override {
  readonly desired: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** Everything that a decision depends on beside the settings. */
export interface Look {
  readonly now: number;
  readonly desired: number;
  /** Of all deployments together, as ECS counts them. */
  readonly running: number;
  readonly pending: number;
  readonly rollout?: Rollout;
  readonly need?: Need;
  /** Why nothing can be changed at this moment; what is wanted waits for the next look. */
  readonly busy?: string;
  /** By the names of the rules; a metric that could not be read is empty. */
  readonly series: Readonly<Record<string, Series>>;
  /** Newest last; an hour of them at least. */
  readonly changes: readonly Change[];
  readonly override?: Override;
  readonly suspended?: boolean;
  /** Since when tasks are wanted and none starts, in milliseconds since the epoch. */
  readonly lackingSince?: number;
}

/** What `decide` is told. */
export interface ScalingState {
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  /** The bounds in force. */
  readonly min: number;
  readonly max: number;
  readonly now: Date;
  /** Newest values by metric, for each task; undefined for one that is gone. */
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

/** Says how many tasks there should be; `usual` is what the scaler would say without it. */
export type DecideTasks = (state: ScalingState, usual: number) => number;

/** What came of a look. */
export interface Decision {
  readonly from: number;
  /** What the count is to be; the same as `from` for no change. */
  readonly to: number;
  /** What was asked for before bounds and brakes. */
  readonly wanted: number;
  /** In words. */
  readonly why: string;
  readonly min: number;
  readonly max: number;
  readonly basis: number;
  readonly values: Readonly<Record<string, number | undefined>>;
  /** Something is wanted or awaited that no alarm will tell of: look again in a minute. */
  readonly again: boolean;
  /** Why `decide` could not be followed. */
  readonly failed?: string;
  readonly lackingSince?: number;
  /** Tasks are wanted and have not started for `capacityTimeout`. */
  readonly noCapacity: boolean;
}
