import type { PatternText } from "./patternText";

/** Steps from the event's root; `*` selects every member. */
export type Selector = readonly string[];

/** Parses `$.a.b[0].c`, `$.list[*].name`, `$['a key']`. */
export function readSelector(text: PatternText): Selector {
  text.expect("$");
  const steps: string[] = [];
  for (;;) {
    const step =
      text.match(/\.([A-Za-z0-9_@\-]+|\*)/) ??
      text.match(/\[(\d+|\*)\]/) ??
      text.match(/\[(?:"([^"]+)"|'([^']+)')\]/);
    if (!step) break;
    steps.push(step[1] ?? step[2]);
  }
  if (steps.length === 0) throw text.error();
  return steps;
}

/** Returns every value that the selector matches in the event. */
export function select(event: unknown, selector: Selector): unknown[] {
  return selector.reduce<unknown[]>(
    (values, step) => values.flatMap((one) => inside(one, step)),
    [event],
  );
}

function inside(value: unknown, step: string): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if (step === "*") return Object.values(value);
  return Object.hasOwn(value, step) ? [Reflect.get(value, step)] : [];
}
