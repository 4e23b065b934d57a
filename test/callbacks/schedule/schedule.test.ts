import { expect } from "chai";
import * as fc from "fast-check";
import { CRON_FIELDS } from "../../../callbacks/schedule/cronFields";
import {
  type CronSchedule,
  nextRun,
  parseSchedule,
  previousRun,
} from "../../../callbacks/schedule/schedule";
import { runs } from "../../../localcloud/test/support/runs";

const MINUTE = 60_000;
const AFTER = new Date("2026-11-20T10:30:15Z"); // a Friday

const next = (cron: string, after = AFTER, timezone?: string): string | undefined =>
  nextRun(parseSchedule(`cron(${cron})`), after, timezone)
    ?.toISOString()
    .slice(0, 16);
const last = (cron: string, before = AFTER, timezone?: string): string | undefined =>
  previousRun(parseSchedule(`cron(${cron})`) as CronSchedule, before, timezone)
    ?.toISOString()
    .slice(0, 16);

/**
 * Every cron expression in AWS's guides, with the guide's description; the time follows from the calendar.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 * https://docs.aws.amazon.com/lambda/latest/dg/services-cloudwatchevents-expressions.html
 */
const PUBLISHED: [cron: string, says: string, expected: string][] = [
  ["0 10 * * ? *", "10:00 am every day", "2026-11-21T10:00"],
  ["15 12 * * ? *", "12:15 pm every day", "2026-11-20T12:15"],
  ["15 10 * * ? *", "10:15 am every day", "2026-11-21T10:15"],
  ["0 18 ? * MON-FRI *", "6:00 pm Monday through Friday", "2026-11-20T18:00"],
  ["0 8 1 * ? *", "8:00 am on the first of every month", "2026-12-01T08:00"],
  ["0/10 * ? * MON-FRI *", "every 10 minutes Monday through Friday", "2026-11-20T10:40"],
  [
    "0/5 8-17 ? * MON-FRI *",
    "every 5 minutes from 8:00 am to 5:55 pm on weekdays",
    "2026-11-20T10:35",
  ],
  [
    "0/30 20-2 ? * MON-FRI *",
    "every 30 minutes from 10 pm on the starting day to 2 am",
    "2026-11-20T20:00",
  ],
  ["0/15 * * * ? *", "every 15 minutes", "2026-11-20T10:45"],
  ["0 9 ? * 2#1 *", "9:00 am on the first Monday of each month", "2026-12-07T09:00"],
  ["15 10 ? * 6L 2022-2028", "10:15 am on the last Friday of every month", "2026-11-27T10:15"],
  ["0 12 * * ? *", "12:00 pm every day", "2026-11-20T12:00"],
  ["5,35 14 * * ? *", "2:05 pm and 2:35 pm every day", "2026-11-20T14:05"],
  ["0 0 3W * ? *", "the weekday closest to the third of the month", "2026-12-03T00:00"],
  ["0 9 L * ? *", "the last day of the month", "2026-11-30T09:00"],
  ["0 9 ? * 3#2 *", "the second Tuesday of each month", "2026-12-08T09:00"],
];

/** Worked out manually from the calendar, each with the rule that it shows. */
const BY_HAND: [cron: string, rule: string, expected: string | undefined][] = [
  ["0 22-2 * * ? *", "hours may pass midnight", "2026-11-20T22:00"],
  ["0 23-1 * * ? 2026", "a range that passes the end goes on at 0", "2026-11-20T23:00"],
  ["50-10 9 * * ? *", "minutes may pass the hour: 50 to 59 and 0 to 10", "2026-11-21T09:00"],
  ["0 9 28-3 * ? *", "days may pass the end of the month", "2026-11-28T09:00"],
  ["0 9 1 NOV-FEB ? *", "months may pass the end of the year", "2026-12-01T09:00"],
  ["0 9 ? * FRI-MON *", "days of the week may pass Saturday", "2026-11-21T09:00"],
  ["0 9 ? * 6-2 *", "the same by numbers: Friday to Monday", "2026-11-21T09:00"],
  ["0 11 ? * FRI-MON *", "the first day of such a range counts", "2026-11-20T11:00"],
  ["0 9 ? * L *", "a bare L is Saturday, the last day of the week", "2026-11-21T09:00"],
  ["0 9 ? * 7L *", "the last Saturday of the month", "2026-11-28T09:00"],
  ["0 9 ? * SUNL *", "names take L as well: the last Sunday", "2026-11-29T09:00"],
  ["0 9 ? * 5L *", "the last Thursday of November 2026 is the 26th", "2026-11-26T09:00"],
  ["0 9 LW * ? *", "the last weekday: 30 November 2026 is a Monday", "2026-11-30T09:00"],
  ["0 9 LW 1 ? *", "31 January 2027 is a Sunday: Friday the 29th", "2027-01-29T09:00"],
  ["0 9 LW 2 ? *", "28 February 2027 is a Sunday: Friday the 26th", "2027-02-26T09:00"],
  [
    "0 9 31W * ? *",
    "31W runs in months with 31 days only: December, a Thursday",
    "2026-12-31T09:00",
  ],
  [
    "0 9 31W 10 ? *",
    "31 October 2027 is a Sunday, and November is another month: Friday the 29th",
    "2027-10-29T09:00",
  ],
  ["0 9 1W 8 ? *", "1 August 2027 is a Sunday: Monday the 2nd", "2027-08-02T09:00"],
  [
    "0 9 1W 5 ? *",
    "1 May 2027 is a Saturday, and April is another month: Monday the 3rd",
    "2027-05-03T09:00",
  ],
  ["0 9 15W 11 ? *", "15 November 2026 is over; 15 November 2027 is a Monday", "2027-11-15T09:00"],
  [
    "0 9 21W 11 ? 2026",
    "21 November 2026 is a Saturday: Friday the 20th, which is over at 10:30",
    undefined,
  ],
  ["0 11 21W 11 ? 2026", "the same at 11:00 is today", "2026-11-20T11:00"],
  ["0 9 ? * 2#5 *", "the fifth Monday: 30 November 2026", "2026-11-30T09:00"],
  ["0 9 ? * 1#5 *", "November has five Sundays: the 29th", "2026-11-29T09:00"],
  ["0 9 ? * 6#3 *", "the third Friday is today, and over: 18 December", "2026-12-18T09:00"],
  [
    "0 9 ? 2 MON#5 *",
    "a fifth Monday in February needs 29 of them from a Monday on",
    "2044-02-29T09:00",
  ],
  ["0 0 29 2 ? *", "29 February comes in leap years", "2028-02-29T00:00"],
  ["0 0 29 2 ? 2027", "2027 is none", undefined],
  ["0 0 29 2 ? 2100", "2100 is none either: a century that 400 does not divide", undefined],
  ["0 0 29 2 ? 2029-2099", "the next one after 2028", "2032-02-29T00:00"],
  ["59 23 31 12 ? *", "the last minute of the year", "2026-12-31T23:59"],
  ["0 0 1 1 ? *", "the first of the next", "2027-01-01T00:00"],
  ["0 0 1 1 ? 2199", "the last year that the grammar has", "2199-01-01T00:00"],
  ["0 0 31 4,6,9,11 ? *", "no month with 30 days has a 31st", undefined],
  ["0 0 30 FEB ? *", "nor has February a 30th", undefined],
  ["0 9 * * ? 2025", "a year that is over", undefined],
  ["30 10 20 11 ? 2026", "the minute of now has begun: it is not the next", undefined],
  ["31 10 20 11 ? 2026", "the minute after it is", "2026-11-20T10:31"],
  ["7/20 * * * ? *", "a step from a number goes to the end: 7, 27, 47", "2026-11-20T10:47"],
  ["0 1-23/11 * * ? *", "a step over a range: 1, 12, 23", "2026-11-20T12:00"],
  ["0 9 */10 * ? *", "a star with a step begins at 1: 1, 11, 21, 31", "2026-11-21T09:00"],
  ["0 9 ? jan mon *", "names are read in any case", "2027-01-04T09:00"],
];

/**
 * Days on which clocks change: a time that spring skips has no run, and one that occurs twice in autumn runs once.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html (Daylight savings time)
 */
const CHANGES: [timezone: string, cron: string, after: string, expected: string, what: string][] = [
  [
    "Europe/Berlin",
    "30 2 * * ? *",
    "2026-03-28T12:00Z",
    "2026-03-30T00:30",
    "02:30 of 29 March is skipped",
  ],
  ["Europe/Berlin", "0 3 * * ? *", "2026-03-28T12:00Z", "2026-03-29T01:00", "03:00 follows 01:59"],
  [
    "Europe/Berlin",
    "30 2 * * ? *",
    "2026-10-24T12:00Z",
    "2026-10-25T00:30",
    "the first 02:30 of 25 October",
  ],
  ["Europe/Berlin", "30 2 * * ? *", "2026-10-25T00:30Z", "2026-10-26T01:30", "and not the second"],
  [
    "America/New_York",
    "30 2 * * ? *",
    "2026-03-07T12:00Z",
    "2026-03-09T06:30",
    "02:30 of 8 March is skipped",
  ],
  [
    "America/New_York",
    "30 1 * * ? *",
    "2026-10-31T12:00Z",
    "2026-11-01T05:30",
    "the first 01:30 of 1 November",
  ],
  [
    "America/New_York",
    "30 1 * * ? *",
    "2026-11-01T05:30Z",
    "2026-11-02T06:30",
    "and not the second",
  ],
  [
    "Australia/Lord_Howe",
    "15 2 * * ? *",
    "2026-10-03T00:00Z",
    "2026-10-04T15:15",
    "half an hour: 02:15 of 4 October is skipped",
  ],
  [
    "Australia/Lord_Howe",
    "45 2 * * ? *",
    "2026-10-03T00:00Z",
    "2026-10-03T15:45",
    "02:45 of 4 October is there",
  ],
  [
    "Australia/Lord_Howe",
    "45 1 * * ? *",
    "2026-04-04T00:00Z",
    "2026-04-04T14:45",
    "the first 01:45 of 5 April",
  ],
  [
    "Australia/Lord_Howe",
    "45 1 * * ? *",
    "2026-04-04T14:45Z",
    "2026-04-05T15:15",
    "and not the second, 15:15 UTC of the 4th",
  ],
  [
    "Pacific/Auckland",
    "30 2 * * ? *",
    "2026-09-26T00:00Z",
    "2026-09-27T13:30",
    "02:30 of 27 September is skipped",
  ],
  [
    "Pacific/Auckland",
    "30 2 * * ? *",
    "2026-04-04T00:00Z",
    "2026-04-04T13:30",
    "the first 02:30 of 5 April",
  ],
  [
    "Pacific/Auckland",
    "30 2 * * ? *",
    "2026-04-04T13:30Z",
    "2026-04-05T14:30",
    "and not the second",
  ],
];

describe("the schedule grammar", function () {
  this.timeout(120_000);

  for (const [cron, says, expected] of PUBLISHED)
    it(`reads AWS's example cron(${cron}): ${says}`, () => {
      expect(next(cron)).to.equal(expected);
    });

  for (const [cron, rule, expected] of BY_HAND)
    it(`cron(${cron}): ${rule}`, () => {
      expect(next(cron)).to.equal(expected);
    });

  for (const [timezone, cron, after, expected, what] of CHANGES)
    it(`cron(${cron}) in ${timezone} after ${after}: ${what}`, () => {
      expect(next(cron, new Date(after), timezone)).to.equal(expected);
      const found = new Date(`${expected}Z`);
      expect(last(cron, found, timezone)).to.equal(expected);
      const before = last(cron, new Date(found.getTime() - MINUTE), timezone);
      expect(before).not.to.equal(undefined);
      expect(new Date(`${before}Z`).getTime()).to.be.at.most(new Date(after).getTime());
    });

  it("agrees with a scanner that checks every minute of some days", () => {
    const zones = [
      "UTC",
      "Europe/Berlin",
      "America/New_York",
      "Australia/Lord_Howe",
      "Asia/Kolkata",
    ];
    const runsOf = runs(5_000, 100_000);
    let compared = 0;
    fc.assert(
      fc.property(anyCron, fc.constantFrom(...zones), anyInstant, (cron, zone, instant) => {
        const schedule = parseSchedule(`cron(${cron})`) as CronSchedule;
        const after = new Date(instant);
        const found = nextRun(schedule, after, zone)?.getTime();
        const scanned = scan(cron, zone, instant);
        if (scanned !== undefined) compared += 1;
        const expected = scanned ?? (found !== undefined && found <= instant + DAYS ? NaN : found);
        expect(found).to.equal(expected);
        if (found !== undefined)
          expect(previousRun(schedule, new Date(found), zone)?.getTime()).to.equal(found);
      }),
      { numRuns: runsOf },
    );
    expect(compared).to.be.greaterThan(runsOf / 20);
  });
});

/** Limit of the scanner, in milliseconds. */
const DAYS = 24 * 60 * MINUTE;

const number = (min: number, max: number): fc.Arbitrary<string> =>
  fc.integer({ min, max }).map(String);
const field = (min: number, max: number): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant("*") },
    number(min, max),
    fc.tuple(number(min, max), number(min, max)).map((pair) => pair.join("-")),
    fc.tuple(number(min, max), number(1, 9)).map((pair) => pair.join("/")),
    fc.array(number(min, max), { minLength: 2, maxLength: 3 }).map((list) => list.join(",")),
  );
const anyCron = fc
  .tuple(
    field(0, 59),
    field(0, 23),
    fc.oneof(
      fc.oneof(field(1, 31), fc.constantFrom("L", "LW", "1W", "15W", "31W")).map((d) => [d, "?"]),
      fc.oneof(field(1, 7), fc.constantFrom("L", "6L", "3#2", "1#5")).map((d) => ["?", d]),
    ),
    // Some of the others never run, and finding that out takes until the year 2199.
    fc.constantFrom("*", "*", "*", "1-12/2", "3,4,10,11", "10-4"),
  )
  .map(([minutes, hours, [date, weekday], month]) =>
    [minutes, hours, date, month, weekday, "*"].join(" "),
  );
/** Near clock changes as often as at other times. */
const anyInstant = fc.oneof(
  fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2028, 0, 1) }),
  fc
    .tuple(
      fc.constantFrom(
        "2026-03-29T00:00Z",
        "2026-10-25T00:00Z",
        "2026-03-08T06:00Z",
        "2026-11-01T05:00Z",
        "2026-04-04T15:00Z",
        "2026-10-03T15:30Z",
      ),
      fc.integer({ min: -24 * 60, max: 12 * 60 }),
    )
    .map(([change, minutes]) => Date.parse(change) + minutes * MINUTE),
);

/** Returns the first minute after an instant whose local time, at its first occurrence, matches the expression. */
function scan(cron: string, zone: string, instant: number): number | undefined {
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
