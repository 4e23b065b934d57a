export const deploymentOnlyModule = true;

/** An alarm that a canary is stopped by. */
export interface WatchedAlarm {
  readonly name: string;
  /** Undefined: there is no such alarm. */
  readonly state: "OK" | "ALARM" | "INSUFFICIENT_DATA" | undefined;
}

/** What one version did in prod. */
export interface VersionCalls {
  readonly version: string;
  readonly invocations: number;
  /** As Lambda counts them: every call in which the callback threw, so also one that is answered with 404. */
  readonly errors: number;
}

/** What is known of a canary when it is decided whether it goes on. */
export interface CanaryState {
  /** Of the requests, 1 to 99. */
  readonly percent: number;
  readonly since: Date;
  readonly until: Date;
  readonly now: Date;
  readonly alarms: readonly WatchedAlarm[];
  /** The new version, in the last hour but not before the canary was started or changed. */
  readonly tried: VersionCalls;
  /** The version that gets the other requests, in the same time. */
  readonly current: VersionCalls;
}

/** `stop` says why: the history tells it. */
export type CanaryDecision = "keep" | { readonly stop: string };

/** Says otherwise than `usual`, or agrees with it. */
export type DecideCanary = (
  state: CanaryState,
  usual: CanaryDecision,
) => CanaryDecision | Promise<CanaryDecision>;

/** Fewer calls say too little about a version. */
const LEAST_CALLS = 20;

/** How much higher the share of failed calls must be, and how many times. */
const WORSE_BY = 0.05;
const WORSE_TIMES = 2;

/** Why a canary stops that nobody has finished in time. */
export const EXPIRED = "expired";

/** Stops a canary that has expired, for an alarm, or when its version fails clearly more often than the other. */
export function decideCanary(state: CanaryState): CanaryDecision {
  const { alarms, now, until } = state;
  if (now >= until) return { stop: EXPIRED };
  const missing = alarms.find((alarm) => alarm.state === undefined);
  if (missing) return { stop: `there is no metric alarm ${missing.name}` };
  const raised = alarms.find((alarm) => alarm.state === "ALARM");
  if (raised) return { stop: `alarm ${raised.name}` };
  return isWorse(state) ? { stop: comparison(state) } : "keep";
}

/**
 * The answer of a program's own decision.
 *
 * @throws Error when it is none: no types stand between it and what Lambda runs.
 */
export function checkDecision(answer: unknown): CanaryDecision {
  if (answer === "keep") return answer;
  const stop = (answer as { stop?: unknown } | null | undefined)?.stop;
  if (typeof stop === "string" && stop !== "") return { stop };
  throw new Error(`decide answered ${JSON.stringify(answer)}; answer "keep" or { stop: why }`);
}

function isWorse({ tried, current }: CanaryState): boolean {
  if (tried.invocations < LEAST_CALLS) return false;
  const [rate, usual] = [errorRate(tried), errorRate(current)];
  return rate >= usual + WORSE_BY && rate >= usual * WORSE_TIMES;
}

function errorRate({ invocations, errors }: VersionCalls): number {
  return invocations === 0 ? 0 : errors / invocations;
}

function comparison({ tried, current }: CanaryState): string {
  const share = ({ errors, invocations }: VersionCalls): string => `${errors} of ${invocations}`;
  return (
    `version ${tried.version} failed in ${share(tried)} calls, ` +
    `version ${current.version} in ${share(current)}`
  );
}
