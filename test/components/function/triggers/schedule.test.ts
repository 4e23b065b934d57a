import { expect } from "chai";
import * as fc from "fast-check";
import {
  nextRun,
  parseSchedule,
  scheduleProblem,
} from "../../../../components/function/triggers/schedule";
import {
  nextOccurrence,
  parseSchedule as parseScheduleOfCloud,
} from "../../../../localcloud/services/eventbridge/schedule/scheduleExpression";
import { runs } from "../../../../localcloud/test/support/runs";

const now = new Date("2026-11-20T10:30:15Z"); // a Friday
const next = (expression: string, after = now): string | undefined =>
  nextRun(parseSchedule(expression), after)?.toISOString().slice(0, 16);

/** The next run of each expression, from the table of EventBridge's user guide and the calendar. */
const NEXT: Record<string, string> = {
  "rate(5 minutes)": "2026-11-20T10:35",
  "rate(1 day)": "2026-11-21T10:30",
  "cron(0 10 * * ? *)": "2026-11-21T10:00",
  "cron(31 10 * * ? *)": "2026-11-20T10:31",
  "cron(15 12 * * ? *)": "2026-11-20T12:15",
  "cron(0 18 ? * MON-FRI *)": "2026-11-20T18:00",
  "cron(0 8 1 * ? *)": "2026-12-01T08:00",
  "cron(0/15 * * * ? *)": "2026-11-20T10:45",
  "cron(0/10 * ? * MON-FRI *)": "2026-11-20T10:40",
  "cron(0/5 8-17 ? * MON-FRI *)": "2026-11-20T10:35",
  "cron(0 0 L * ? *)": "2026-11-30T00:00",
  "cron(0 9 21W * ? *)": "2026-12-21T09:00",
  "cron(0 9 LW 1 ? *)": "2027-01-29T09:00",
  "cron(0 9 ? * L *)": "2026-11-21T09:00",
  "cron(0 9 ? * 6L *)": "2026-11-27T09:00",
  "cron(0 9 ? * 3#2 *)": "2026-12-08T09:00",
  "cron(0 0 29 2 ? *)": "2028-02-29T00:00",
  "cron(0 22-2 * * ? *)": "2026-11-20T22:00",
  "cron(0 0 ? FEB MON#5 *)": "2044-02-29T00:00",
};

const REFUSED: Record<string, string> = {
  "every day": "write rate(5 minutes) or cron(",
  "rate(5)": "'5' is not a rate",
  "rate(0 minutes)": "'0 minutes' is not a rate",
  "rate(1 minutes)": "write 1 minute",
  "rate(5 minute)": "write 5 minutes",
  "rate(2 weeks)": "minutes, hours or days",
  "cron(0 9 * * *)": "cron has 5 fields; it needs six",
  "cron(0 9 * * * *)": "exactly one of them must be ?",
  "cron(0 9 ? * ? *)": "exactly one of them must be ?",
  "cron(60 9 * * ? *)": "'60' is not valid for minutes; allowed are 0 to 59",
  "cron(0 24 * * ? *)": "'24' is not valid for hours",
  "cron(0 9 0 * ? *)": "'0' is not valid for day of month; allowed are 1 to 31",
  "cron(0 9 * 13 ? *)": "allowed are 1 to 12 or JAN to DEC",
  "cron(0 9 ? * 0 *)": "'0' is not valid for day of week; allowed are 1 to 7 or SUN to SAT",
  "cron(0 9 ? * MON#6 *)": "'MON#6' is not valid for day of week",
  "cron(0 9 32W * ? *)": "'32W' is not valid for day of month",
  "cron(0 9 * * ? 1969)": "allowed are 1970 to 2199",
  "cron(0/0 9 * * ? *)": "'0/0' is not valid for minutes",
  "cron(*-5 9 * * ? *)": "'*-5' is not valid for minutes",
};

const NEVER = [
  "cron(0 0 31 2 ? *)",
  "cron(0 0 30 FEB ? *)",
  "cron(0 0 31 4,6,9,11 ? *)",
  "cron(0 9 * * ? 2025)",
  "cron(30 10 20 11 ? 2026)",
  "cron(0 0 29 2 ? 2027)",
  "cron(0 0 ? 2 MON#5 2027-2030)",
  "cron(0 0 31W 6 ? *)",
];

describe("Schedule expressions", () => {
  for (const [expression, expected] of Object.entries(NEXT))
    it(`${expression} runs next at ${expected}`, () => {
      expect(next(expression)).to.equal(expected);
      expect(scheduleProblem(expression, now)).to.equal(undefined);
    });

  for (const [expression, says] of Object.entries(REFUSED))
    it(`refuses ${expression}, and says what is allowed`, () => {
      expect(scheduleProblem(expression, now))
        .to.contain(`'${expression}' is not a schedule: `)
        .and.contain(says);
    });

  for (const expression of NEVER)
    it(`says that ${expression} never runs again`, () => {
      expect(scheduleProblem(expression, now)).to.equal(
        `'${expression}' never runs after 2026-11-20: no such day, or only in the past; check day, month and year`,
      );
    });

  it("runs when the local cloud would run it", () => {
    const number = (min: number, max: number): fc.Arbitrary<string> =>
      fc.integer({ min, max }).map(String);
    const field = (min: number, max: number, ...more: string[]): fc.Arbitrary<string> =>
      fc.oneof(
        fc.constantFrom("*", ...more),
        number(min, max),
        fc.tuple(number(min, max), number(min, max)).map((pair) => pair.join("-")),
        fc.tuple(number(min, max), number(1, 9)).map((pair) => pair.join("/")),
        fc.array(number(min, max), { minLength: 2, maxLength: 4 }).map((list) => list.join(",")),
      );
    const days = fc.oneof(
      field(1, 31, "L", "LW", "1W", "15W", "31W").map((day) => [day, "?"]),
      field(1, 7, "L", "2L", "FRIL", "3#5", "SUN#1", "MON-FRI").map((day) => ["?", day]),
    );
    const cron = fc
      .tuple(field(0, 59), field(0, 23), days, field(1, 12, "FEB"), field(2026, 2032))
      .map(([minutes, hours, [date, weekday], month, year]) =>
        ["cron(" + minutes, hours, date, month, weekday, year + ")"].join(" "),
      );
    const after = fc.date({
      min: new Date("2026-01-01"),
      max: new Date("2030-01-01"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(cron, after, (expression, instant) => {
        const expected = nextOccurrence(parseScheduleOfCloud(expression), 0, instant.getTime());
        expect(nextRun(parseSchedule(expression), instant)?.getTime()).to.equal(expected);
      }),
      { numRuns: runs(2_000, 100_000) },
    );
  });
});
