import { RunningError, type RunningCloud } from "./runningCloud";

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Returns the cloud's time, after advancing it by `+90s`, `+15m`, `+1h` or `+7d`. */
export async function clock(cloud: RunningCloud, advance: string | undefined): Promise<string> {
  const answer =
    advance === undefined
      ? await cloud.ask("GET", "clock")
      : await cloud.ask("POST", "clock", { advanceMs: milliseconds(advance) });
  return (answer as { now: string }).now;
}

function milliseconds(text: string): number {
  const [, count, unit] = /^\+?(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  if (count === undefined)
    throw new RunningError(`'${text}' is not a duration: write +90s, +15m, +1h or +7d.`);
  return Number(count) * UNIT_MS[unit];
}
