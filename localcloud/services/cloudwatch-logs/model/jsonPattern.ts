import type { FilterPattern } from "./filterPattern";
import { readSelector, select, type Selector } from "./jsonSelector";
import { readCondition } from "./patternCondition";
import { PatternText } from "./patternText";

type JsonTest = (event: unknown) => boolean;

/** Compiles `{ $.level = "ERROR" && ($.code > 400 || $.user.id IS NULL) }`. */
export function compileJsonPattern(pattern: string): FilterPattern {
  const text = new PatternText(pattern);
  text.expect("{");
  const test = readAny(text);
  text.expect("}");
  if (!text.ended) throw text.error();
  return {
    matches(message) {
      const event = parseObject(message);
      return event !== undefined && test(event);
    },
    extract(message, selector) {
      const path = new PatternText(selector);
      const [value] = select(parseObject(message), readSelector(path));
      return value === undefined || value === null ? undefined : String(value);
    },
  };
}

function readAny(text: PatternText): JsonTest {
  const tests = [readAll(text)];
  while (text.take("||")) tests.push(readAll(text));
  return (event) => tests.some((test) => test(event));
}

function readAll(text: PatternText): JsonTest {
  const tests = [readOne(text)];
  while (text.take("&&")) tests.push(readOne(text));
  return (event) => tests.every((test) => test(event));
}

function readOne(text: PatternText): JsonTest {
  if (text.take("(")) {
    const test = readAny(text);
    text.expect(")");
    return test;
  }
  const selector = readSelector(text);
  if (text.match(/NOT\s+EXISTS\b/)) return (event) => select(event, selector).length === 0;
  const state = text.match(/IS\s+(NULL|TRUE|FALSE)\b/)?.[1];
  if (state !== undefined) return hasState(selector, state);
  const condition = readCondition(text);
  return (event) => select(event, selector).some(condition);
}

function hasState(selector: Selector, state: string): JsonTest {
  const wanted = state === "NULL" ? null : state === "TRUE";
  return (event) => select(event, selector).some((value) => value === wanted);
}

function parseObject(message: string): object | undefined {
  if (!/^\s*[{[]/.test(message)) return undefined;
  try {
    const value: unknown = JSON.parse(message);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
