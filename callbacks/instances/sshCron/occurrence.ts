import { localTime } from "../../schedule/localTime";
import { nextRun, parseSchedule } from "../../schedule/schedule";
import type { RunWindow, SendRequest, SshCronSettings } from "./settings";

export const deploymentOnlyModule = true;

const MINUTE = 60_000;

/** What calls the trigger: a schedule with the time that it was due, the command `run`, or the reconciler. */
export type TriggerEvent =
  | { readonly send: SendRequest }
  | { readonly scheduledTime: string }
  | { readonly run: { readonly hosts?: readonly string[]; readonly dryRun?: boolean } };

/**
 * The name of an occurrence: its time, to the second for one of the schedule, so that one that comes twice has one name.
 *
 * @throws Error for an event that is none of ours.
 */
export function occurrenceName(
  event: Exclude<TriggerEvent, { send: SendRequest }>,
  now: number,
): string {
  const { scheduledTime, run } = event as { scheduledTime?: unknown; run?: unknown };
  if (typeof run === "object" && run !== null) return new Date(now).toISOString();
  const due = typeof scheduledTime === "string" ? Date.parse(scheduledTime) : NaN;
  if (Number.isNaN(due))
    throw new Error(
      'The event is to be {"scheduledTime": "<time>"} of the schedule, or {"run": {}}.',
    );
  return new Date(due).toISOString().replace(/\.\d+Z$/, "Z");
}

/** Milliseconds since the epoch from which a run that has not begun is missed: by default the next occurrence. */
export function startByOf(
  {
    schedule,
    timezone,
    startWithin,
  }: Pick<SshCronSettings, "schedule" | "timezone" | "startWithin">,
  due: number,
): number {
  if (startWithin !== undefined) return due + startWithin * 1000;
  return nextDue(schedule, due, timezone) ?? due + 24 * 60 * MINUTE;
}

/** The occurrence after another; undefined when there is none any more. */
export function nextDue(
  schedule: string,
  after: number,
  timezone: string | undefined,
): number | undefined {
  return nextRun(parseSchedule(schedule), new Date(after), timezone)?.getTime();
}

/** Whether the clocks of the window's zone are within it; its end is outside. */
export function isInWindow({ from, to, timezone }: RunWindow, instant: number): boolean {
  const shown = Math.floor(localTime(timezone).at(instant) / MINUTE) % (24 * 60);
  const [begin, end] = [minuteOf(from), minuteOf(to)];
  return begin <= end ? begin <= shown && shown < end : begin <= shown || shown < end;
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}
