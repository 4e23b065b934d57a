import type { StateValue } from "@aws-sdk/client-cloudwatch";
import { AwsError } from "../../../core/errors";
import type { Alarm } from "../store";

/** The parsed rule expression of a composite alarm. */
export type AlarmRule =
  | { readonly kind: "state"; readonly state: StateValue; readonly alarm: string }
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "not"; readonly of: AlarmRule }
  | { readonly kind: "and" | "or"; readonly rules: readonly AlarmRule[] };

const TOKEN = /\s*([()]|"(?:[^"\\]|\\.)*"|[^\s()"]+)/y;

/**
 * Parses `ALARM("cpu") AND NOT (OK(disk) OR FALSE)`.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 * @throws ValidationException
 */
export function parseAlarmRule(text: string): AlarmRule {
  const tokens = tokenize(text);
  const rule = parseOr(tokens, text);
  if (tokens.length > 0) throw ruleError(text);
  return rule;
}

/** Returns the names of the alarms that the rule refers to. */
export function alarmsIn(rule: AlarmRule): string[] {
  switch (rule.kind) {
    case "state":
      return [rule.alarm];
    case "not":
      return alarmsIn(rule.of);
    case "and":
    case "or":
      return rule.rules.flatMap(alarmsIn);
    default:
      return [];
  }
}

/** Returns the names of the alarms that a composite alarm refers to; none for a metric alarm. */
export function childrenOf(alarm: Alarm): string[] {
  return alarm.type === "CompositeAlarm" ? alarmsIn(parseAlarmRule(alarm.settings.AlarmRule)) : [];
}

/** Evaluates the rule; an alarm that does not exist has no state. */
export function ruleHolds(
  rule: AlarmRule,
  stateOf: (alarm: string) => StateValue | undefined,
): boolean {
  switch (rule.kind) {
    case "state":
      return stateOf(rule.alarm) === rule.state;
    case "constant":
      return rule.value;
    case "not":
      return !ruleHolds(rule.of, stateOf);
    case "and":
      return rule.rules.every((one) => ruleHolds(one, stateOf));
    case "or":
      return rule.rules.some((one) => ruleHolds(one, stateOf));
  }
}

function tokenize(text: string): string[] {
  const source = text.trimEnd();
  const tokens: string[] = [];
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < source.length;) {
    const match = TOKEN.exec(source);
    if (!match) throw ruleError(text);
    tokens.push(match[1]);
  }
  return tokens;
}

function parseOr(tokens: string[], text: string): AlarmRule {
  const rules = [parseAnd(tokens, text)];
  while (takeWord(tokens, "OR")) rules.push(parseAnd(tokens, text));
  return rules.length === 1 ? rules[0] : { kind: "or", rules };
}

function parseAnd(tokens: string[], text: string): AlarmRule {
  const rules = [parseNot(tokens, text)];
  while (takeWord(tokens, "AND")) rules.push(parseNot(tokens, text));
  return rules.length === 1 ? rules[0] : { kind: "and", rules };
}

function parseNot(tokens: string[], text: string): AlarmRule {
  if (takeWord(tokens, "NOT")) return { kind: "not", of: parseNot(tokens, text) };
  const token = tokens.shift()?.toUpperCase();
  if (token === "(") {
    const rule = parseOr(tokens, text);
    if (tokens.shift() !== ")") throw ruleError(text);
    return rule;
  }
  if (token === "TRUE" || token === "FALSE") return { kind: "constant", value: token === "TRUE" };
  if (token !== "ALARM" && token !== "OK" && token !== "INSUFFICIENT_DATA") throw ruleError(text);
  const [open, argument, close] = tokens.splice(0, 3);
  if (open !== "(" || close !== ")" || argument === "(") throw ruleError(text);
  return { kind: "state", state: token, alarm: alarmName(argument) };
}

function takeWord(tokens: string[], word: string): boolean {
  if (tokens[0]?.toUpperCase() !== word) return false;
  tokens.shift();
  return true;
}

/** Returns an alarm's name, given by name or ARN; names with spaces or parentheses are quoted. */
function alarmName(argument: string): string {
  const text = argument.startsWith('"') ? argument.slice(1, -1).replace(/\\(.)/g, "$1") : argument;
  return /^arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:(.+)$/.exec(text)?.[1] ?? text;
}

function ruleError(text: string): AwsError {
  return new AwsError("ValidationException", `AlarmRule syntax is invalid: ${text}`);
}
