export const deploymentOnlyModule = true;

/** Why to look again: something is under way, or alarms that stay on ask for more or for fewer. */
export type Followed = "again" | "out" | "in";

/** How often the scaler is called: each minute, or each five. */
export type Pace = "minute" | "slow";

/** Which of the rules that call are enabled, as far as is known. */
export type Ticking = Readonly<Record<Pace, boolean>>;

export const NOT_TICKING: Ticking = { minute: false, slow: false };

/** Milliseconds of looks each minute that find nothing to remove, before they come seldom. */
const REST_AFTER = 15 * 60_000;

export function tickingAt(pace: Pace | undefined): Ticking {
  return { minute: pace === "minute", slow: pace === "slow" };
}

/**
 * Since when nothing but low alarms is followed, and in vain: rounding, or a bound of what is needed, leaves the count as
 * it is. Anything that wakes the scaler beside its ticks begins it anew.
 */
export function restingSinceAt(
  followed: Followed | undefined,
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
  if (followed !== "in") return undefined;
  return isTick ? (restingSince ?? now) : now;
}

/**
 * When to look again; undefined for not before something wakes the scaler. A load that falls on changes no alarm that is
 * on already, so somebody must look, but a few minutes later removes as much.
 */
export function paceOf(
  followed: Followed | undefined,
  now: number,
  restingSince: number | undefined,
): Pace | undefined {
  if (!followed) return undefined;
  return restingSince !== undefined && now >= restingSince + REST_AFTER ? "slow" : "minute";
}
