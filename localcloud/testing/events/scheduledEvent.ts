import { ACCOUNT_ID, nextUuid, REGION } from "./example";

/**
 * The event that a scheduled rule of EventBridge sends to a function; EventBridge Scheduler sends its input only.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
 */
export interface ScheduledEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": "Scheduled Event";
  readonly source: "aws.events";
  readonly account: string;
  /** Whole seconds, e.g. `2026-01-01T00:00:00Z`. */
  readonly time: string;
  readonly region: string;
  /** The rule's ARN. */
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, never>>;
}

export function scheduledEvent(overrides: Partial<ScheduledEvent> = {}): ScheduledEvent {
  return {
    version: "0",
    id: nextUuid(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: ACCOUNT_ID,
    time: "2026-01-01T00:00:00Z",
    region: REGION,
    resources: [`arn:aws:events:${REGION}:${ACCOUNT_ID}:rule/rule`],
    detail: {},
    ...overrides,
  };
}
