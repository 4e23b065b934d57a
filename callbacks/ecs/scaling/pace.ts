export const deploymentOnlyModule = true;

/** Reason for another evaluation: a change is under way, or alarms that stay in ALARM ask for more or for fewer. */
export type PollReason = "again" | "out" | "in";

/** How often the scaler is called: each minute, or every five. */
export type Pace = "minute" | "slow";

/** Which of the scheduled rules are enabled, as far as is known. */
export type Ticking = Readonly<Record<Pace, boolean>>;

export const NOT_TICKING: Ticking = { minute: false, slow: false };

/** Milliseconds of evaluations each minute that remove nothing, before the slow pace. */
const REST_AFTER = 15 * 60_000;

export function tickingAt(pace: Pace | undefined): Ticking {
  return { minute: pace === "minute", slow: pace === "slow" };
}

/**
 * Returns since when the only reason to evaluate is low alarms, without a removal: rounding, or a needed count, keeps
 * the count. Any event other than a tick restarts the time.
 */
export function restingSinceAt(
  reason: PollReason | undefined,
  {
    now,
    isTick,
    restingSince,
  }: {
    readonly now: number;
    readonly isTick: boolean;
    readonly restingSince: number | undefined;
  },
): number | undefined {
  if (reason !== "in") return undefined;
  return isTick ? (restingSince ?? now) : now;
}

/**
 * Returns how often to evaluate; undefined when the next event is enough. While an alarm is already in ALARM, a falling
 * load sends no event, so the scaler must poll; a few minutes' delay removes as much in the end.
 */
export function paceOf(
  reason: PollReason | undefined,
  now: number,
  restingSince: number | undefined,
): Pace | undefined {
  if (!reason) return undefined;
  return restingSince !== undefined && now >= restingSince + REST_AFTER ? "slow" : "minute";
}
