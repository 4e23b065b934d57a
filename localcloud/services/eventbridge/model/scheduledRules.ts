import { traced } from "../../../core/trace";
import { deliverToTargets } from "../delivery/deliver";
import { nextOccurrence } from "../schedule/scheduleExpression";
import type { EventBridgeStore, Rule } from "../store";

/**
 * Continues a rule of an earlier run of the cloud. What was due since then happens once now, and not as often as it was
 * due.
 */
export function resumeRule(rule: Rule, store: EventBridgeStore): void {
  const { timer } = rule;
  rule.timer = undefined;
  if (timer) setTimer(rule, timer.due, store);
}

/** Sets the timer of the rule's next occurrence; none while the rule is disabled or has no targets. */
export function reschedule(rule: Rule, store: EventBridgeStore): void {
  const { clock } = store.scope;
  clock.clearTimeout(rule.timer);
  rule.timer = undefined;
  const { schedule } = rule.settings;
  if (!schedule || rule.settings.state === "DISABLED" || rule.targets.size === 0) return;
  const due = nextOccurrence(schedule.parsed, rule.anchor, clock.now());
  if (due !== undefined) setTimer(rule, due, store);
}

function setTimer(rule: Rule, due: number, store: EventBridgeStore): void {
  const { clock } = store.scope;
  rule.timer = clock.setTimeout(
    () => {
      reschedule(rule, store);
      const { tracer } = store.scope.cloud;
      const start = { kind: "schedule", name: rule.name, data: { due } } as const;
      return traced(tracer, start, () => occur(rule, new Date(due), store));
    },
    due - clock.now(),
    `rule ${rule.name}`,
  );
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-eventbridge-scheduler.html */
function occur(rule: Rule, time: Date, store: EventBridgeStore): Promise<void> {
  const event = store.newEvent({
    "detail-type": "Scheduled Event",
    source: "aws.events",
    resources: [rule.arn],
    detail: {},
    time,
  });
  return deliverToTargets(rule, event, store);
}
