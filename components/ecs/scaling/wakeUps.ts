import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Pace } from "../../../callbacks/ecs/scaling/pace";
import type { BoundsSchedule, ScalingSettings } from "../../../callbacks/ecs/scaling/model";
import { parseSchedule } from "../../../callbacks/schedule/schedule";
import { localTime } from "../../../callbacks/schedule/localTime";
import type { CallbackFunction } from "../../function/callbackFunction";
import { connectRule, createMinuteRule } from "../../function/triggers/wake";
import { childName } from "../../names";

const MINUTE = 60_000;
const DAY = 24 * 60;

/**
 * When to look, in UTC, for bounds that change at times of some time zone: at that time of every day, with and without
 * summer time. One look too many changes nothing, because the bounds follow from the time alone.
 *
 * @param year whose offsets count: those of a zone seldom change.
 */
export function wakeExpression({ cron, timezone }: BoundsSchedule, year: number): string {
  const schedule = parseSchedule(cron);
  if ("everyMinutes" in schedule) throw new Error("a rate has no time of day");
  const clocks = localTime(timezone);
  const months = Array.from({ length: 12 }, (_value, month) => Date.UTC(year, month, 15));
  const offsets = new Set(months.map((instant) => (clocks.at(instant) - instant) / MINUTE));
  const times = [...schedule.hours].flatMap((hour) =>
    [...schedule.minutes].flatMap((minute) =>
      [...offsets].map((offset) => (hour * 60 + minute - offset + 2 * DAY) % DAY),
    ),
  );
  const minutes = inOrder(times.map((time) => time % 60));
  const hours = inOrder(times.map((time) => Math.floor(time / 60)));
  return `cron(${minutes} ${hours} * * ? *)`;
}

function inOrder(values: readonly number[]): string {
  return [...new Set(values)].sort((a, b) => a - b).join(",");
}

/** Minutes between looks at alarms that have long been followed in vain; an instance or a task more costs little until then. */
const SLOW = 5;

/** Rules that call the function while it has enabled them. */
export type TickRules = Readonly<Record<Pace, aws.cloudwatch.EventRule>>;

export function createTickRules(
  name: string,
  tags: aws.cloudwatch.EventRuleArgs["tags"],
  opts: pulumi.CustomResourceOptions,
): TickRules {
  const minute = `Calls the scaler ${name} each minute while there is something to follow.`;
  const slow = `Calls the scaler ${name} now and then while low alarms change nothing.`;
  return {
    minute: createMinuteRule(childName(name, "tick"), { description: minute, tags }, opts),
    slow: createMinuteRule(
      childName(name, "slow-tick"),
      { description: slow, every: SLOW, tags },
      opts,
    ),
  };
}

export function createScheduleRules(
  name: string,
  schedules: readonly BoundsSchedule[],
  tags: aws.cloudwatch.EventRuleArgs["tags"],
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.EventRule[] {
  const year = new Date().getUTCFullYear();
  const expressions = [...new Set(schedules.map((schedule) => wakeExpression(schedule, year)))];
  return expressions.map(
    (scheduleExpression, index) =>
      new aws.cloudwatch.EventRule(
        childName(name, `bounds-${index + 1}`),
        {
          description: `Calls the scaler ${name} when its bounds may change.`,
          scheduleExpression,
          tags,
        },
        opts,
      ),
  );
}

/** What is woken. */
export interface Woken {
  readonly function: CallbackFunction<never, unknown>;
  readonly tickRules: TickRules;
}

/** Rules call the function: its ticks while it has enabled them, and others when bounds may change. */
export function callByRules(
  name: string,
  args: Woken & {
    readonly schedules?: readonly BoundsSchedule[];
    readonly tags?: aws.cloudwatch.EventRuleArgs["tags"];
  },
  opts: pulumi.CustomResourceOptions,
): void {
  const { minute, slow } = args.tickRules;
  connectRule(childName(name, "tick"), minute, args.function, "tick", opts);
  connectRule(childName(name, "slow-tick"), slow, args.function, "slowTick", opts);
  const rules = createScheduleRules(name, args.schedules ?? [], args.tags, opts);
  rules.forEach((rule, index) =>
    connectRule(childName(name, `bounds-${index + 1}`), rule, args.function, "schedule", opts),
  );
}

/** Other bounds or thresholds change no alarm's state, so nothing else would tell the function of them. */
export function wakeAfterUpdate(
  name: string,
  args: Pick<Woken, "function"> & {
    readonly settings: ScalingSettings;
    readonly alarms: readonly pulumi.Resource[];
  },
  opts: pulumi.CustomResourceOptions,
): void {
  new aws.lambda.Invocation(
    childName(name, "update"),
    {
      functionName: args.function.name,
      input: JSON.stringify({ wake: "update" }),
      triggers: { settings: JSON.stringify(args.settings) },
    },
    { ...opts, dependsOn: [args.function.rolePolicy, ...args.alarms] },
  );
}
