import type { Clock } from "../../../core/clock";
import { AwsError } from "../../../core/errors";
import { conflict, throttled } from "../model/errors";
import type { Metrics } from "../model/metrics";
import type { FunctionVersion, LambdaFunction } from "../model/model";
import { Activity } from "./activity";
import type { ExecutionEnvironment, InvocationOutcome, InvocationRequest } from "./environment";
import type { Fleet } from "./fleet";
import { holdClock } from "./holdClock";

/** Concurrency of the account that no function can reserve. */
export const MIN_UNRESERVED_CONCURRENCY = 100;

/** The part of the store that limits concurrency. */
export interface ConcurrencyLimits {
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  readonly accountConcurrency: number;
}

/** Runs requests within the account's and the functions' concurrency, and publishes the metrics. */
export class Invoker {
  private readonly running = new Map<LambdaFunction, number>();

  constructor(
    private readonly fleet: Fleet,
    private readonly limits: ConcurrencyLimits,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs a request. A failure of the function itself is an outcome.
   *
   * @param activity activity of the larger work that the request is a part of; it is at rest while the handler
   * sleeps.
   * @throws TooManyRequestsException when a concurrency limit is reached.
   */
  async invoke(
    target: LambdaFunction,
    version: FunctionVersion,
    request: InvocationRequest,
    qualifier?: string,
    activity?: Activity,
  ): Promise<InvocationOutcome> {
    checkActive(version);
    const resource = qualifier && `${target.name}:${qualifier}`;
    this.admit(target, resource);
    const concurrency = this.count(target, 1);
    try {
      const environment = this.acquire(version);
      let outcome: InvocationOutcome;
      try {
        outcome = await this.run(environment, request, activity);
      } finally {
        this.fleet.release(environment);
      }
      this.metrics.publish(
        target.name,
        {
          Invocations: 1,
          Errors: outcome.failure ? 1 : 0,
          Duration: outcome.durationMs,
          ConcurrentExecutions: concurrency,
        },
        resource,
        qualifier && target.aliases.has(qualifier) ? version.version : undefined,
      );
      return outcome;
    } finally {
      this.count(target, -1);
    }
  }

  private async run(
    environment: ExecutionEnvironment,
    request: InvocationRequest,
    activity: Activity | undefined,
  ): Promise<InvocationOutcome> {
    // The larger work already holds the clock.
    if (activity) return environment.invoke(request, activity);
    const own = new Activity();
    holdClock(this.clock, own);
    return environment.invoke(request, own).finally(() => own.rest());
  }

  private acquire(version: FunctionVersion): ExecutionEnvironment {
    try {
      return this.fleet.acquire(version);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const message = "The role defined for the function cannot be assumed by Lambda.";
      throw new AwsError("AccessDeniedException", message, { status: 403 });
    }
  }

  private admit(target: LambdaFunction, resource: string | undefined): void {
    const reason = this.limitReached(target);
    if (!reason) return;
    this.metrics.publish(target.name, { Throttles: 1 }, resource);
    throw throttled(reason);
  }

  private limitReached(target: LambdaFunction): Parameters<typeof throttled>[0] | undefined {
    const { reservedConcurrency } = target;
    if (reservedConcurrency !== undefined)
      return (this.running.get(target) ?? 0) >= reservedConcurrency
        ? "ReservedFunctionConcurrentInvocationLimitExceeded"
        : undefined;
    let unreserved = 0;
    for (const [running, count] of this.running)
      if (running.reservedConcurrency === undefined) unreserved += count;
    return unreserved >= unreservedConcurrency(this.limits)
      ? "ConcurrentInvocationLimitExceeded"
      : undefined;
  }

  private count(target: LambdaFunction, change: number): number {
    const count = (this.running.get(target) ?? 0) + change;
    if (count > 0) this.running.set(target, count);
    else this.running.delete(target);
    return count;
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html: only active functions can be invoked. */
function checkActive({ isInactive, change }: FunctionVersion): void {
  if (isInactive && !change)
    throw conflict(
      "The operation cannot be performed at this time. " +
        "The function is currently in the following state: Inactive",
    );
}

/** Returns the concurrency that functions without a reservation share. */
export function unreservedConcurrency(limits: ConcurrencyLimits): number {
  let reserved = 0;
  for (const { reservedConcurrency } of limits.functions.values())
    reserved += reservedConcurrency ?? 0;
  return limits.accountConcurrency - reserved;
}
