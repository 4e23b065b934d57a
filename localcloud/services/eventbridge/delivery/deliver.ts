import type { Target } from "@aws-sdk/client-eventbridge";
import { AwsError, ConnectionLost } from "../../../core/errors";
import { cause, excerpt, traced } from "../../../core/trace";
import { targetInput } from "../input/targetInput";
import { matchesPattern } from "../pattern/eventPattern";
import type { Bus, Event, EventBridgeStore, Rule } from "../store";
import { sendToDeadLetters } from "./deadLetters";
import { isFinal, retryDelay } from "./retries";
import { sendToTarget } from "./sendToTarget";

/** The delivery of one event to one target. */
export interface Delivery {
  readonly rule: Rule;
  readonly target: Target;
  readonly event: Event;
  /** Text that the target receives. */
  readonly input: string;
  /** When the event arrived, milliseconds. */
  readonly receivedAt: number;
}

/** A delivery that waits for its next attempt, and how often it was repeated before. */
export interface DeliveryRetry {
  readonly delivery: Delivery;
  readonly retries: number;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html */
const DEFAULT_RETRIES = 185;
const DEFAULT_AGE_SECONDS = 86_400;

/** Delivers an event to the targets of a bus's matching rules. Resolves when each target was tried once. */
export async function receive(
  bus: Bus,
  event: Event,
  store: EventBridgeStore,
  { forwarded }: { forwarded: boolean },
): Promise<void> {
  const rules = [...bus.rules.values()].filter(
    ({ settings }) =>
      settings.state !== "DISABLED" &&
      settings.eventPattern &&
      matchesPattern(settings.eventPattern.pattern, event),
  );
  const deliver = async (): Promise<void> => {
    await Promise.all(rules.map((rule) => deliverToTargets(rule, event, store, forwarded)));
  };
  // Events that match no rule are not traced: ECS alone reports every state of every task.
  if (!cause() || rules.length === 0) return deliver();
  const detail = excerpt(JSON.stringify(event.detail));
  const data = { id: event.id, source: event.source, rules: rules.map(({ name }) => name), detail };
  await traced(
    store.scope.cloud.tracer,
    { kind: "event", name: event["detail-type"], data },
    deliver,
  );
}

export async function deliverToTargets(
  rule: Rule,
  event: Event,
  store: EventBridgeStore,
  forwarded = false,
): Promise<void> {
  const receivedAt = store.scope.clock.now();
  const context = { ruleName: rule.name, ruleArn: rule.arn, ingestionTime: new Date(receivedAt) };
  // Buses cannot be chained: an event from one bus is not forwarded to another bus again.
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html
  const targets = [...rule.targets.values()].filter(
    ({ Arn = "" }) => !forwarded || !/:event-bus\//.test(Arn),
  );
  await Promise.all(
    targets.map(async (target) => {
      const input = targetInput(target, event, context);
      if (input === undefined) return;
      const delivery = { rule, target, event, input, receivedAt };
      await store.retries.now({ delivery, retries: 0 }, (work) => retry(work, store));
    }),
  );
}

/** Attempts a delivery again. */
export function retry(
  { delivery, retries }: DeliveryRetry,
  store: EventBridgeStore,
): Promise<void> {
  return attempt(delivery, store, retries);
}

async function attempt(
  delivery: Delivery,
  store: EventBridgeStore,
  retries: number,
): Promise<void> {
  try {
    await sendToTarget(delivery, store);
  } catch (error) {
    await failed(delivery, store, retries, error);
  }
}

async function failed(
  delivery: Delivery,
  store: EventBridgeStore,
  retries: number,
  error: unknown,
): Promise<void> {
  // Any other error is a bug of the local cloud itself and must not be hidden.
  if (!(error instanceof AwsError) && !(error instanceof ConnectionLost)) throw error;
  const { clock } = store.scope;
  const { MaximumRetryAttempts = DEFAULT_RETRIES, MaximumEventAgeInSeconds = DEFAULT_AGE_SECONDS } =
    delivery.target.RetryPolicy ?? {};
  const delay = retryDelay(retries);
  const tooOld = clock.now() + delay > delivery.receivedAt + MaximumEventAgeInSeconds * 1000;
  if (!isFinal(error) && retries < MaximumRetryAttempts && !tooOld) {
    store.retries.later({ delivery, retries: retries + 1 }, delay, (work) => retry(work, store));
    return;
  }
  const exhausted = isFinal(error)
    ? undefined
    : tooOld
      ? "MaximumEventAgeInSeconds"
      : "MaximumRetryAttempts";
  await sendToDeadLetters(delivery, store, { error, retries, exhausted });
}
