import { CRON_FIELDS } from "../../../callbacks/schedule/cronFields";

export const MINUTE = 60_000;

/** Limit of the scanner, in milliseconds. */
export const DAYS = 24 * 60 * MINUTE;

/** Returns the first minute after an instant whose local time, at its first occurrence, matches the expression. */
export function scan(cron: string, zone: string, instant: number): number | undefined {
  const [minutes, hours, date, month, weekday] = cron.split(" ");
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    month: "numeric",
    day: "numeric",
    year: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  const start = Math.floor(instant / MINUTE) * MINUTE + MINUTE;
  // Offsets change on whole or half hours: in between local time advances with the minutes.
  const partsAt = (halfHour: number): number[] => {
    const found = Object.fromEntries(
      clock.formatToParts(halfHour).map(({ type, value }) => [type, Number(value)]),
    );
    return [found.year, found.month, found.day, found.hour, found.minute];
  };
  const table = (text: string, one: { min: number; max: number }): boolean[] =>
    Array.from({ length: one.max + 1 }, (_value, value) => matches(text, value, one));
  const isMinute = table(minutes, CRON_FIELDS.minutes);
  const isHour = table(hours, CRON_FIELDS.hours);
  const isMonth = table(month, CRON_FIELDS.month);
  let before = [partsAt(floorTo(start, HALF_HOUR) - 2 * HALF_HOUR).join(), ""];
  before = [partsAt(floorTo(start, HALF_HOUR) - HALF_HOUR).join(), before[0]];
  for (let block = floorTo(start, HALF_HOUR); block <= instant + DAYS; block += HALF_HOUR) {
    const parts = partsAt(block);
    const [year, monthOf, day, hour, minute] = parts;
    const isSecond = before.includes(parts.join());
    before = [parts.join(), before[0]];
    if (isSecond || !isHour[hour] || !isMonth[monthOf]) continue;
    if (
      !(weekday === "?" ? isDate(date, year, monthOf, day) : isWeekday(weekday, year, monthOf, day))
    )
      continue;
    for (let past = 0; past < 30; past += 1) {
      const time = block + past * MINUTE;
      if (time >= start && time <= instant + DAYS && isMinute[minute + past]) return time;
    }
  }
  return undefined;
}

const HALF_HOUR = 30 * MINUTE;

function floorTo(time: number, unit: number): number {
  return Math.floor(time / unit) * unit;
}

function matches(text: string, value: number, { min, max }: { min: number; max: number }): boolean {
  return text.split(",").some((part) => {
    const [range, step = "1"] = part.split("/");
    const [from, to] = range.split("-");
    const first = from === "*" ? min : Number(from);
    const end = to !== undefined ? Number(to) : from === "*" || part.includes("/") ? max : first;
    const size = max - min + 1;
    const distance = (value - first + size) % size;
    return distance <= (end - first + size) % size && distance % Number(step) === 0;
  });
}

const days = (year: number, month: number): number =>
  new Date(Date.UTC(year, month, 0)).getUTCDate();
const weekdayOf = (year: number, month: number, day: number): number =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;

function isDate(text: string, year: number, month: number, day: number): boolean {
  const most = days(year, month);
  if (text === "L") return day === most;
  if (!text.endsWith("W")) return matches(text, day, CRON_FIELDS.dayOfMonth);
  const wanted = text === "LW" ? most : Number.parseInt(text);
  if (wanted > most) return false;
  const candidates = [0, -1, 1, -2, 2].map((distance) => wanted + distance);
  return (
    day ===
    candidates.find(
      (one) => one >= 1 && one <= most && ![1, 7].includes(weekdayOf(year, month, one)),
    )
  );
}

function isWeekday(text: string, year: number, month: number, day: number): boolean {
  const weekday = weekdayOf(year, month, day);
  if (text === "L") return weekday === 7;
  if (text.endsWith("L")) return weekday === Number(text[0]) && day + 7 > days(year, month);
  const [wanted, week] = text.split("#");
  if (week !== undefined) return weekday === Number(wanted) && Math.ceil(day / 7) === Number(week);
  return matches(text, weekday, CRON_FIELDS.dayOfWeek);
}
