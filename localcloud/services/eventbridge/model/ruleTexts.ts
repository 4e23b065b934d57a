import { type EventPattern, parseEventPattern } from "../pattern/eventPattern";
import { parseSchedule, type Schedule } from "../schedule/scheduleExpression";

/** The pattern of a rule. */
export class RulePattern {
  readonly pattern: EventPattern;

  /** @throws InvalidEventPatternException */
  constructor(readonly text: string) {
    this.pattern = parseEventPattern(text);
  }
}

/** The schedule of a rule. */
export class RuleSchedule {
  readonly parsed: Schedule;

  /** @throws ValidationException */
  constructor(readonly expression: string) {
    this.parsed = parseSchedule(expression);
  }
}
