import type { StoreSaving } from "../../core/saving/storeSaving";
import { Retries } from "../../core/retries";
import { retry } from "./delivery/deliver";
import { resumeRule } from "./model/scheduledRules";
import { parseEventPattern } from "./pattern/eventPattern";
import { parseSchedule } from "./schedule/scheduleExpression";
import type { EventBridgeStore, Rule } from "./store";

/** Patterns and schedules are parsed again from their text. */
export const saving: StoreSaving<EventBridgeStore> = {
  transient: ["parsed", "pattern"],
  parts: [Retries],
  complete(store) {
    for (const rule of rulesOf(store)) parse(rule);
  },
  resume(store) {
    store.retries.resume((work) => retry(work, store));
    for (const rule of rulesOf(store)) resumeRule(rule, store);
  },
};

function rulesOf({ buses }: EventBridgeStore): Rule[] {
  return [...buses.values()].flatMap(({ rules }) => [...rules.values()]);
}

function parse(rule: Rule): void {
  const { text } = rule.settings.eventPattern ?? {};
  const { expression } = rule.settings.schedule ?? {};
  rule.settings = {
    ...rule.settings,
    ...(text !== undefined && { eventPattern: { text, pattern: parseEventPattern(text) } }),
    ...(expression !== undefined && {
      schedule: { expression, parsed: parseSchedule(expression) },
    }),
  };
}
