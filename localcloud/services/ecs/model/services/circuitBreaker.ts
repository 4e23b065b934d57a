import type { DeploymentCircuitBreaker } from "@aws-sdk/client-ecs";

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html */
const DEFAULT_PERCENT = 50;
const LEAST = 3;
const MOST = 200;

/** Returns the number of consecutive failures that fail a deployment; undefined while the circuit breaker is off. */
export function failureThreshold(
  breaker: DeploymentCircuitBreaker | undefined,
  desired: number,
): number | undefined {
  if (!breaker?.enable) return undefined;
  const { type = "BOUNDED_PERCENT", value = DEFAULT_PERCENT } =
    breaker.thresholdConfiguration ?? {};
  if (type === "COUNT") return Math.max(1, value);
  const share = Math.ceil((desired * value) / 100);
  return type === "UNBOUNDED_PERCENT" ? Math.max(1, share) : Math.min(MOST, Math.max(LEAST, share));
}

/** Failed rounds after which the scheduler begins to wait between its attempts. */
const FREE_ROUNDS = 3;
const FIRST_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 15 * 60_000;

/**
 * Returns how long the next start waits after a number of consecutive failed rounds, in milliseconds.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html
 */
export function restartDelay(failedRounds: number): number {
  if (failedRounds <= FREE_ROUNDS) return 0;
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failedRounds - FREE_ROUNDS - 1));
}
