import { expect } from "chai";
import * as fc from "fast-check";
import {
  nextOccurrence,
  parseSchedule,
} from "../../../../services/eventbridge/schedule/scheduleExpression";

/** Returns the next occurrences after an instant, as `YYYY-MM-DDTHH:MM`. */
function occurrences(expression: string, after: string, count: number): string[] {
  const schedule = parseSchedule(expression);
  const found: string[] = [];
  let at = Date.parse(after);
  const anchor = at;
  while (found.length < count) {
    const next = nextOccurrence(schedule, anchor, at);
    if (next === undefined) return [...found, "never"];
    found.push(new Date(next).toISOString().slice(0, 16));
    at = next;
  }
  return found;
}

describe("schedule expressions", () => {
  // The examples of https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
  // and its wildcards; 2026-01-01 is a Thursday.
  const rows: [string, string, string[]][] = [
    ["cron(0 10 * * ? *)", "2026-01-01T10:00Z", ["2026-01-02T10:00", "2026-01-03T10:00"]],
    ["cron(15 12 * * ? *)", "2026-01-01T10:00Z", ["2026-01-01T12:15", "2026-01-02T12:15"]],
    ["cron(0 18 ? * MON-FRI *)", "2026-01-02T18:00Z", ["2026-01-05T18:00", "2026-01-06T18:00"]],
    ["cron(0 8 1 * ? *)", "2026-01-01T10:00Z", ["2026-02-01T08:00", "2026-03-01T08:00"]],
    ["cron(0/15 * * * ? *)", "2026-01-01T10:07Z", ["2026-01-01T10:15", "2026-01-01T10:30"]],
    ["cron(0/10 * ? * MON-FRI *)", "2026-01-02T23:45Z", ["2026-01-02T23:50", "2026-01-05T00:00"]],
    ["cron(0/5 8-17 ? * MON-FRI *)", "2026-01-02T17:50Z", ["2026-01-02T17:55", "2026-01-05T08:00"]],
    [
      "cron(0/30 20-2 ? * MON-FRI *)",
      "2026-01-02T02:00Z",
      ["2026-01-02T02:30", "2026-01-02T20:00"],
    ],
    ["cron(1/10 * * * ? *)", "2026-01-01T10:00Z", ["2026-01-01T10:01", "2026-01-01T10:11"]],
    ["cron(0 0 L * ? *)", "2026-01-31T00:00Z", ["2026-02-28T00:00", "2026-03-31T00:00"]],
    ["cron(0 0 3W * ? *)", "2026-01-01T00:00Z", ["2026-01-02T00:00", "2026-02-03T00:00"]],
    ["cron(0 0 1W * ? *)", "2026-07-15T00:00Z", ["2026-08-03T00:00", "2026-09-01T00:00"]],
    ["cron(0 0 31W * ? *)", "2026-02-01T00:00Z", ["2026-03-31T00:00", "2026-05-29T00:00"]],
    ["cron(0 0 LW * ? *)", "2026-01-01T00:00Z", ["2026-01-30T00:00", "2026-02-27T00:00"]],
    ["cron(0 0 ? * 3#2 *)", "2026-01-01T00:00Z", ["2026-01-13T00:00", "2026-02-10T00:00"]],
    ["cron(0 0 ? * FRI#5 *)", "2026-01-01T00:00Z", ["2026-01-30T00:00", "2026-05-29T00:00"]],
    ["cron(0 0 ? * L *)", "2026-01-01T00:00Z", ["2026-01-03T00:00", "2026-01-10T00:00"]],
    ["cron(0 0 ? * 6L *)", "2026-01-01T00:00Z", ["2026-01-30T00:00", "2026-02-27T00:00"]],
    ["cron(0 0 ? * 1 *)", "2026-01-01T00:00Z", ["2026-01-04T00:00", "2026-01-11T00:00"]],
    ["cron(0 0 29 2 ? *)", "2026-01-01T00:00Z", ["2028-02-29T00:00", "2032-02-29T00:00"]],
    [
      "cron(0 0 1 JAN,JUL ? 2027-2028)",
      "2026-01-01T00:00Z",
      ["2027-01-01T00:00", "2027-07-01T00:00"],
    ],
    ["cron(59 23 31 12 ? 2026)", "2026-01-01T00:00Z", ["2026-12-31T23:59", "never"]],
    ["cron(0 0 1 1 ? 2020)", "2026-01-01T00:00Z", ["never"]],
    ["rate(5 minutes)", "2026-01-01T10:03Z", ["2026-01-01T10:08", "2026-01-01T10:13"]],
    ["rate(1 hour)", "2026-01-01T10:03Z", ["2026-01-01T11:03", "2026-01-01T12:03"]],
    ["rate(2 days)", "2026-01-01T10:03Z", ["2026-01-03T10:03", "2026-01-05T10:03"]],
  ];
  for (const [expression, after, expected] of rows)
    it(`${expression} is due at ${expected[0]}`, () => {
      const { length } = expected;
      const found = occurrences(expression, after.replace("Z", ":00Z"), length);
      expect(found.slice(0, length)).to.deep.equal(expected);
    });

  for (const expression of [
    "cron(0 10 * * * *)",
    "cron(0 10 ? * ? *)",
    "cron(0 10 * * ?)",
    "cron(60 10 * * ? *)",
    "cron(0 24 * * ? *)",
    "cron(0 0 32 * ? *)",
    "cron(0 0 ? * 8 *)",
    "cron(0 0 ? * 3#6 *)",
    "cron(0 0 ? * 3#1,6#3 *)",
    "cron(0 0 * 13 ? *)",
    "cron(0 0 * * ? 1969)",
    "cron(0/0 0 * * ? *)",
    "cron(a 0 * * ? *)",
    "cron()",
    "rate(0 minutes)",
    "rate(1 minutes)",
    "rate(5 minute)",
    "rate(5 weeks)",
    "rate(1.5 hours)",
    "at(2026-01-01T00:00:00)",
    "",
  ])
    it(`'${expression}' is refused`, () => {
      expect(() => parseSchedule(expression)).to.throw(
        "Parameter ScheduleExpression is not valid.",
      );
    });

  it("give strictly later occurrences, on full minutes, and miss no matching minute", () => {
    const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 5 });
    const start = fc.integer({ min: 0, max: 4_000_000_000 });
    fc.assert(
      fc.property(minutes, start, (some, seconds) => {
        const schedule = parseSchedule(`cron(${some.join(",")} * * * ? *)`);
        const next = nextOccurrence(schedule, 0, seconds * 1000) ?? 0;
        expect(next).to.be.greaterThan(seconds * 1000);
        expect(next % 60_000).to.equal(0);
        const first = Math.floor(seconds / 60) + 1;
        for (let minute = first; minute * 60_000 < next; minute += 1)
          expect(some).to.not.include(minute % 60);
      }),
    );
  });
});
