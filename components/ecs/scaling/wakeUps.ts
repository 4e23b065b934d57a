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
 * Returns the cron expression, in UTC, for bounds that change at a local time: that time of every day, once for each
 * UTC offset of the time zone (summer and winter time). A superfluous call changes nothing, because the bounds depend
 * on the time alone.
 *
 * @param year whose UTC offsets are used: those of a zone seldom change.
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

/**
 * Minutes between checks once low alarms have not led to a change for a long time; one surplus instance or task costs
 * little until then.
 */
const SLOW = 5;

/** Rules that call the function; the function enables and disables them. */
export type TickRules = Readonly<Record<Pace, aws.cloudwatch.EventRule>>;

const SLOW_TICK = "slow-tick";
/** The longest end of a rule's name; that of the rules for bounds has as many characters from the tenth on. */
export const LONGEST_RULE_SUFFIX = `-${SLOW_TICK}`;

export function createTickRules(
  name: string,
  tags: aws.cloudwatch.EventRuleArgs["tags"],
  opts: pulumi.CustomResourceOptions,
): TickRules {
  const minute = `Calls the scaler ${name} each minute while there is something to do.`;
  const slow = `Calls the scaler ${name} every five minutes while low alarms change nothing.`;
  return {
    minute: createMinuteRule(childName(name, "tick"), { description: minute, tags }, opts),
    slow: createMinuteRule(
      childName(name, SLOW_TICK),
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

/** The function that is called, and its tick rules. */
export interface CalledFunction {
  readonly function: CallbackFunction<never, unknown>;
  readonly tickRules: TickRules;
}

/** Connects the rules that call the function: its ticks, and the schedules at which bounds may change. */
export function callByRules(
  name: string,
  args: CalledFunction & {
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

/**
 * Calls the function after an update. New bounds or thresholds change no alarm's state, so nothing else would call it.
 */
export function wakeAfterUpdate(
  name: string,
  args: Pick<CalledFunction, "function"> & {
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
