export const deploymentOnlyModule = true;

/** An alarm that stops a canary. */
export interface WatchedAlarm {
  readonly name: string;
  /** Undefined when no alarm has this name. */
  readonly state: "OK" | "ALARM" | "INSUFFICIENT_DATA" | undefined;
}

/** The calls of one version in prod. */
export interface VersionCalls {
  readonly version: string;
  readonly invocations: number;
  /** As Lambda counts errors: every call in which the callback threw, including one answered with 404. */
  readonly errors: number;
}

/** State of a canary, from which it is decided whether the canary continues. */
export interface CanaryState {
  /** Percent of the requests, 1 to 99. */
  readonly percent: number;
  readonly since: Date;
  readonly until: Date;
  readonly now: Date;
  readonly alarms: readonly WatchedAlarm[];
  /** The new version, in the last hour but not before the canary was started or last changed. */
  readonly tried: VersionCalls;
  /** The version that gets the other requests, in the same time. */
  readonly current: VersionCalls;
}

/** `stop` is the reason, which the history records. */
export type CanaryDecision = "keep" | { readonly stop: string };

/** Decides about a canary: returns `usual`, the default decision, or another one. */
export type DecideCanary = (
  state: CanaryState,
  usual: CanaryDecision,
) => CanaryDecision | Promise<CanaryDecision>;

/** With fewer calls, the share of failed calls says too little about a version. */
const LEAST_CALLS = 20;

/** Thresholds for worse: by how much, and how many times, the share of failed calls must be higher. */
const WORSE_BY = 0.05;
const WORSE_TIMES = 2;

/** Reason to stop a canary that nobody finished in time. */
export const EXPIRED = "expired";

/**
 * Stops a canary that has expired, when an alarm is in ALARM, or when its version fails clearly more often than the
 * other.
 */
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
 * Validates the answer of the program's own `decide`.
 *
 * @throws Error when it is not a decision: at run time no type checks it.
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
