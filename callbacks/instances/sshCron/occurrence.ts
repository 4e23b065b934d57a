import { localTime } from "../../schedule/localTime";
import { nextRun, parseSchedule } from "../../schedule/schedule";
import type { RunWindow, SendRequest, SshCronSettings } from "./settings";

export const deploymentOnlyModule = true;

const MINUTE = 60_000;

/**
 * Event of the trigger: from a schedule with the time that it was due, from the command `run`, or from the reconciler.
 */
export type TriggerEvent =
  | { readonly send: SendRequest }
  | { readonly scheduledTime: string }
  | { readonly run: { readonly hosts?: readonly string[]; readonly dryRun?: boolean } };

/**
 * Returns the name of an occurrence: its time, to the second for an occurrence of the schedule, so that an event that
 * arrives twice has one name.
 *
 * @throws Error for an event of another format.
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
      'The event must be {"scheduledTime": "<time>"} of the schedule, or {"run": {}}.',
    );
  return new Date(due).toISOString().replace(/\.\d+Z$/, "Z");
}

/**
 * Returns the time in milliseconds since the epoch after which a run that has not begun is missed: by default the next
 * occurrence.
 */
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

/** Returns the next occurrence; undefined when there are no more. */
export function nextDue(
  schedule: string,
  after: number,
  timezone: string | undefined,
): number | undefined {
  return nextRun(parseSchedule(schedule), new Date(after), timezone)?.getTime();
}

/** Checks whether the local time in the window's zone is within it; the end is excluded. */
export function isInWindow({ from, to, timezone }: RunWindow, instant: number): boolean {
  const shown = Math.floor(localTime(timezone).at(instant) / MINUTE) % (24 * 60);
  const [begin, end] = [minuteOf(from), minuteOf(to)];
  return begin <= end ? begin <= shown && shown < end : begin <= shown || shown < end;
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}
