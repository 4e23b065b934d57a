import { carried } from "../../../core/trace";
import { isThrottle } from "../model/errors";
import { functionArn } from "../model/functionReference";
import type { EventInvokeConfig, LambdaFunction } from "../model/model";
import { resolveVersion } from "../model/resolve";
import type { Activity } from "../runtime/activity";
import type { InvocationOutcome } from "../runtime/environment";
import type { LambdaStore } from "../store";
import { deliverFailure, deliverSuccess, type DeliveryCondition } from "./delivery";

// Source of all of these: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
const DEFAULT_MAX_AGE_S = 6 * 3600;
const DEFAULT_RETRIES = 2;
const RETRY_DELAYS_MS = [60_000, 120_000];
const FIRST_THROTTLE_DELAY_MS = 1_000;
const MAX_THROTTLE_DELAY_MS = 5 * 60_000;

/** An event of an asynchronous invocation that Lambda accepted with status 202. */
export interface AsyncEvent {
  readonly target: LambdaFunction;
  readonly qualifier?: string;
  readonly requestId: string;
  /** JSON text. */
  readonly payload: string;
  readonly receivedAt: number;
  /** Number of times that the function has run with the event. */
  attempts: number;
  throttles: number;
  /** When the function runs with it again, milliseconds; undefined while it does. */
  nextAt?: number;
  last?: { readonly outcome: InvocationOutcome; readonly version: string };
}

/** The queue between the callers of asynchronous invocations and the functions. */
export class AsyncEvents {
  private readonly unfinished = new Set<AsyncEvent>();

  constructor(private readonly store: LambdaStore) {}

  /**
   * Continues with the events of an earlier run of the cloud. Those whose function was running are tried again: Lambda
   * delivers at least once.
   */
  resume(): void {
    for (const event of this.unfinished)
      if (event.nextAt === undefined) this.start(event);
      else this.startIn(event.nextAt - this.store.clock.now(), event);
  }

  /** Adds an event to the queue. The function runs with it at once, and again after errors and throttles. */
  add(event: Omit<AsyncEvent, "receivedAt" | "attempts" | "throttles" | "nextAt">): void {
    const receivedAt = this.store.clock.now();
    this.store.metrics.publish(event.target.name, { AsyncEventsReceived: 1 }, resourceOf(event));
    const accepted = { ...event, receivedAt, attempts: 0, throttles: 0 };
    this.unfinished.add(accepted);
    this.start(accepted);
  }

  private start(event: AsyncEvent): void {
    event.nextAt = undefined;
    this.store.track(async (activity) => {
      await this.run(event, activity);
      // What the end of the cloud interrupts is not finished.
      if (event.nextAt === undefined && !this.store.stopped) this.unfinished.delete(event);
    });
  }

  private startIn(ms: number, event: AsyncEvent): void {
    this.store.clock.setTimeout(
      carried(() => this.start(event)),
      ms,
      `retry of ${event.target.name}`,
    );
  }

  private async run(event: AsyncEvent, activity: Activity): Promise<void> {
    const { target, qualifier, requestId, payload } = event;
    if (target.deleted) return this.drop(event);
    const config = this.config(event);
    if (this.age(event) >= maxAgeMs(config) && event.attempts + event.throttles > 0)
      return this.giveUp(event, "EventAgeExceeded");
    // AWS does not try a function without concurrency even once; it drops the event.
    if (target.reservedConcurrency === 0) return this.giveUp(event, "ZeroReservedConcurrency");
    const version = resolveVersion(target, qualifier, this.store.random);
    if (!version) return this.drop(event);
    try {
      const invokedArn = functionArn(this.store.place, target.name, qualifier);
      const request = { requestId, payload, invokedArn };
      const outcome = await this.store.invoker.invoke(
        target,
        version,
        request,
        qualifier,
        activity,
      );
      // The end of the cloud has ended the worker: that is no attempt.
      if (outcome.failure && this.store.stopped) return undefined;
      event.attempts += 1;
      event.last = { outcome, version: version.version };
      if (!outcome.failure) return await deliverSuccess(this.store, event, config);
    } catch (error) {
      if (this.store.stopped) return undefined;
      if (!isThrottle(error)) return this.giveUp(event, "RetriesExhausted");
      event.throttles += 1;
      return this.again(event, config, throttleDelay(event.throttles));
    }
    if (event.attempts > (config.maximumRetryAttempts ?? DEFAULT_RETRIES))
      return this.giveUp(event, "RetriesExhausted");
    return this.again(event, config, RETRY_DELAYS_MS[event.attempts - 1]);
  }

  private async again(
    event: AsyncEvent,
    config: EventInvokeConfig,
    delayMs: number,
  ): Promise<void> {
    const left = maxAgeMs(config) - this.age(event);
    // An event that would be too old at its next attempt is given up now, as on AWS.
    if (delayMs >= left) return this.giveUp(event, "EventAgeExceeded");
    event.nextAt = this.store.clock.now() + delayMs;
    this.startIn(delayMs, event);
    return undefined;
  }

  private async giveUp(event: AsyncEvent, condition: DeliveryCondition): Promise<void> {
    this.drop(event);
    await deliverFailure(this.store, event, this.config(event), condition);
  }

  private drop(event: AsyncEvent): void {
    this.store.metrics.publish(event.target.name, { AsyncEventsDropped: 1 }, resourceOf(event));
  }

  private config({ target, qualifier }: AsyncEvent): EventInvokeConfig {
    return (
      target.eventInvokeConfigs.get(qualifier ?? "$LATEST") ?? {
        destinations: {},
        lastModified: this.store.clock.date(),
      }
    );
  }

  private age(event: AsyncEvent): number {
    return this.store.clock.now() - event.receivedAt;
  }
}

function maxAgeMs(config: EventInvokeConfig): number {
  return (config.maximumEventAge ?? DEFAULT_MAX_AGE_S) * 1000;
}

function throttleDelay(throttles: number): number {
  return Math.min(FIRST_THROTTLE_DELAY_MS * 2 ** (throttles - 1), MAX_THROTTLE_DELAY_MS);
}

function resourceOf(event: Pick<AsyncEvent, "target" | "qualifier">): string | undefined {
  return event.qualifier && `${event.target.name}:${event.qualifier}`;
}
