/** Returns the seconds of a duration in Go's form (`10m`, `1h30m`), which groups use; undefined for anything else. */
export function secondsOf(duration: string): number | undefined {
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== duration)
    return duration === "0" ? 0 : undefined;
  return parts.reduce((sum, [, number, unit = ""]) => sum + Number(number) * (UNITS[unit] ?? 0), 0);
}

const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** Returns why a program would stop waiting for a group whose instances wait for a hook; undefined if it would not. */
export function waitProblem(
  waitForCapacityTimeout: string | undefined,
  heartbeatTimeout: number,
): string | undefined {
  const seconds = secondsOf(waitForCapacityTimeout ?? "10m");
  if (seconds === undefined || seconds === 0 || seconds >= heartbeatTimeout) return undefined;
  return (
    `waitForCapacityTimeout: given '${waitForCapacityTimeout}'; instances may wait ${heartbeatTimeout} seconds for their hook, ` +
    'and the program would fail before that: allowed is that time or more, or "0" to not wait.'
  );
}
