/** Valid values of a field, and their names if they have any. */
export interface FieldRange {
  readonly min: number;
  readonly max: number;
  /** Names of `min`, `min + 1`, ... */
  readonly names?: readonly string[];
}

/**
 * Parses a list such as `1,MON-FRI,0/15` into its values; undefined if invalid. Ranges may wrap around: `20-2` is 20
 * to 23 and 0 to 2.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function parseField(text: string, range: FieldRange): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const found = parsePart(part, range);
    if (!found) return undefined;
    for (const value of found) values.add(value);
  }
  return values;
}

/** Parses the number or name of one value; undefined if it is outside the field's range. */
export function parseValue(text: string, { min, max, names = [] }: FieldRange): number | undefined {
  const named = names.indexOf(text.toUpperCase());
  if (named >= 0) return min + named;
  if (!/^\d{1,4}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value : undefined;
}

function parsePart(part: string, range: FieldRange): number[] | undefined {
  const match = /^(\*|\w+)(?:-(\w+))?(?:\/(\d{1,4}))?$/.exec(part);
  if (!match) return undefined;
  const [, first, last, step] = match;
  if (first === "*" && last !== undefined) return undefined;
  if (step !== undefined && Number(step) < 1) return undefined;
  const from = first === "*" ? range.min : parseValue(first, range);
  const to = lastValue({ first, last, step }, range);
  if (from === undefined || to === undefined) return undefined;
  return steps(from, to, Number(step ?? 1), range);
}

/** Returns the last value of a range: `5` is its own end; `*` and `5/10` end at the field's maximum. */
function lastValue(
  part: { first: string; last?: string; step?: string },
  range: FieldRange,
): number | undefined {
  if (part.last !== undefined) return parseValue(part.last, range);
  if (part.first === "*" || part.step !== undefined) return range.max;
  return parseValue(part.first, range);
}

function steps(from: number, to: number, step: number, { min, max }: FieldRange): number[] {
  const size = max - min + 1;
  const end = to < from ? to + size : to;
  const values: number[] = [];
  for (let value = from; value <= end; value += step) values.push(min + ((value - min) % size));
  return values;
}
