import { parseField, parseValue } from "./cronField";

/** Checks whether a schedule has an occurrence on a day; months count from 1. */
export type DayMatcher = (year: number, month: number, day: number) => boolean;

const DAYS_OF_MONTH = { min: 1, max: 31 };
const DAYS_OF_WEEK = {
  min: 1,
  max: 7,
  names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
};
const SUNDAY = 1;
const SATURDAY = 7;

/** Parses days such as `1,15`, `L` (the last), `3W` (the weekday nearest to the third) and `LW`. */
export function dayOfMonthMatcher(text: string): DayMatcher | undefined {
  if (text === "L") return (year, month, day) => day === lastDay(year, month);
  if (text === "LW")
    return (year, month, day) => day === nearestWeekday(year, month, lastDay(year, month));
  const weekday = /^(\d+)W$/.exec(text);
  if (weekday) {
    const wanted = parseValue(weekday[1], DAYS_OF_MONTH);
    if (wanted === undefined) return undefined;
    return (year, month, day) =>
      wanted <= lastDay(year, month) && day === nearestWeekday(year, month, wanted);
  }
  const days = parseField(text, DAYS_OF_MONTH);
  return days && ((_year, _month, day) => days.has(day));
}

/** Parses days such as `MON-FRI`, `L` (Saturday), `6L` (the last Friday) and `3#2` (the second Tuesday). */
export function dayOfWeekMatcher(text: string): DayMatcher | undefined {
  if (text === "L") return (year, month, day) => dayOfWeek(year, month, day) === SATURDAY;
  const last = /^(\w+)L$/.exec(text);
  const lastOf = last ? parseValue(last[1], DAYS_OF_WEEK) : undefined;
  if (lastOf !== undefined)
    return (year, month, day) =>
      dayOfWeek(year, month, day) === lastOf && day > lastDay(year, month) - 7;
  const numbered = /^(\w+)#([1-5])$/.exec(text);
  if (numbered) {
    const wanted = parseValue(numbered[1], DAYS_OF_WEEK);
    if (wanted === undefined) return undefined;
    const week = Number(numbered[2]);
    return (year, month, day) =>
      dayOfWeek(year, month, day) === wanted && Math.ceil(day / 7) === week;
  }
  const days = parseField(text, DAYS_OF_WEEK);
  return days && ((year, month, day) => days.has(dayOfWeek(year, month, day)));
}

function lastDay(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** 1 = Sunday. */
function dayOfWeek(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

/** Returns the weekday nearest to a day within its month. */
function nearestWeekday(year: number, month: number, day: number): number {
  const weekday = dayOfWeek(year, month, day);
  if (weekday === SATURDAY) return day === 1 ? 3 : day - 1;
  if (weekday === SUNDAY) return day === lastDay(year, month) ? day - 2 : day + 1;
  return day;
}
