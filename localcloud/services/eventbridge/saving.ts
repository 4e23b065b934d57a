import { made, type StoreSaving } from "../../core/saving/storeSaving";
import { Retries } from "../../core/retries";
import { retry } from "./delivery/deliver";
import { resumeRule } from "./model/scheduledRules";
import { RulePattern, RuleSchedule } from "./model/ruleTexts";
import type { EventBridgeStore, Rule } from "./store";

/** Patterns and schedules are parsed again from their text. */
export const saving: StoreSaving<EventBridgeStore> = {
  transient: ["parsed", "pattern"],
  parts: [Retries],
  made: [
    made(RulePattern, (field) => new RulePattern(field("text"))),
    made(RuleSchedule, (field) => new RuleSchedule(field("expression"))),
  ],
  resume(store) {
    store.retries.resume((work) => retry(work, store));
    for (const rule of rulesOf(store)) resumeRule(rule, store);
  },
};

function rulesOf({ buses }: EventBridgeStore): Rule[] {
  return [...buses.values()].flatMap(({ rules }) => [...rules.values()]);
}
