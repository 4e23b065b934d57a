export const deploymentOnlyModule = true;

/** One of the six fields of a cron expression. */
interface Field {
  readonly title: string;
  readonly min: number;
  readonly max: number;
  /** Names of `min`, `min + 1`, ... */
  readonly names?: readonly string[];
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html */
export const CRON_FIELDS = {
  minutes: { title: "minutes", min: 0, max: 59 },
  hours: { title: "hours", min: 0, max: 23 },
  dayOfMonth: { title: "day of month", min: 1, max: 31 },
  month: { title: "month", min: 1, max: 12, names: MONTHS },
  dayOfWeek: { title: "day of week", min: 1, max: 7, names: WEEKDAYS },
  year: { title: "year", min: 1970, max: 2199 },
} satisfies Record<string, Field>;

/** Checks whether a schedule has a run on a day of a month (1 to 12). */
export type DayTest = (year: number, month: number, day: number) => boolean;

/**
 * Parses a field such as `0/15`, `MON-FRI` or `1,15` into its values; a range may wrap around (`20-2` is 20 to 23 and 0
 * to 2).
 *
 * @throws Error naming the field, the part and what is allowed.
 */
export function fieldValues(text: string, field: Field): ReadonlySet<number> {
  return new Set(text.split(",").flatMap((part) => partValues(part, field)));
}

/** Parses the days of `1,15`, `L` (the last), `3W` (the weekday nearest to the third) or `LW`. */
export function dayOfMonthTest(text: string): DayTest {
  const [, day, weekday] = /^(L|\d{1,2}(?=W))(W?)$/.exec(text) ?? [];
  if (day === undefined) {
    const days = fieldValues(text, CRON_FIELDS.dayOfMonth);
    return (_year, _month, date) => days.has(date);
  }
  const wanted = day === "L" ? undefined : value(day, CRON_FIELDS.dayOfMonth, text);
  return (year, month, date) => {
    const last = lastDay(year, month);
    const target = wanted ?? last;
    if (target > last) return false;
    return date === (weekday ? nearestWeekday(year, month, target) : target);
  };
}

/** Parses the days of `MON-FRI`, `L` (Saturday), `6L` (the last Friday) or `3#2` (the second Tuesday). */
export function dayOfWeekTest(text: string): DayTest {
  const field = CRON_FIELDS.dayOfWeek;
  const [, last] = /^(\w*)L$/.exec(text) ?? [];
  if (last) {
    const wanted = value(last, field, text);
    return (year, month, date) =>
      weekdayOf(year, month, date) === wanted && date > lastDay(year, month) - 7;
  }
  const [, numbered, week] = /^(\w+)#([1-5])$/.exec(text) ?? [];
  if (numbered) {
    const wanted = value(numbered, field, text);
    return (year, month, date) =>
      weekdayOf(year, month, date) === wanted && Math.ceil(date / 7) === Number(week);
  }
  const days = fieldValues(last === "" ? "SAT" : text, field);
  return (year, month, date) => days.has(weekdayOf(year, month, date));
}

function partValues(part: string, field: Field): number[] {
  const match = /^(\*|\w+)(?:-(\w+))?(?:\/(\d{1,4}))?$/.exec(part);
  if (!match || (match[1] === "*" && match[2] !== undefined)) throw fieldError(field, part);
  const [, first = "*", last, step = "1"] = match;
  if (Number(step) < 1) throw fieldError(field, part);
  const { min, max } = field;
  const from = first === "*" ? min : value(first, field, part);
  // `5` ends where it begins; `*` and `5/10` end with the field's maximum.
  const isOpen = first === "*" || match[3] !== undefined;
  const to = last !== undefined ? value(last, field, part) : isOpen ? max : from;
  const size = max - min + 1;
  const end = to < from ? to + size : to;
  const values: number[] = [];
  for (let one = from; one <= end; one += Number(step)) values.push(min + ((one - min) % size));
  return values;
}

function value(text: string, field: Field, part: string): number {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1;
  if (named >= 0) return field.min + named;
  const number = /^\d{1,4}$/.test(text) ? Number(text) : NaN;
  if (number >= field.min && number <= field.max) return number;
  throw fieldError(field, part);
}

function fieldError({ title, min, max, names }: Field, part: string): Error {
  const named = names ? ` or ${names[0]} to ${names[names.length - 1]}` : "";
  return new Error(
    `'${part}' is not valid for ${title}; allowed are ${min} to ${max}${named}, and , - * /`,
  );
}

function lastDay(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Returns 1 for Sunday to 7 for Saturday. */
function weekdayOf(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

/** Returns the weekday nearest to a day, in the same month. */
function nearestWeekday(year: number, month: number, day: number): number {
  const weekday = weekdayOf(year, month, day);
  if (weekday === 7) return day === 1 ? 3 : day - 1;
  if (weekday === 1) return day === lastDay(year, month) ? day - 2 : day + 1;
  return day;
}
