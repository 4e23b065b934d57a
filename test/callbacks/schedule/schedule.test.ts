import { expect } from "chai";
import * as fc from "fast-check";
import {
  nextRun,
  parseSchedule,
  previousRun,
  type CronSchedule,
} from "../../../callbacks/schedule/schedule";
import { runs } from "../../../localcloud/test/support/runs";
import { MINUTE, DAYS, scan } from "./cronScanner";
import { PUBLISHED, BY_HAND, CHANGES } from "./cronCases";

const AFTER = new Date("2026-11-20T10:30:15Z");

// a Friday

const next = (cron: string, after = AFTER, timezone?: string): string | undefined =>
  nextRun(parseSchedule(`cron(${cron})`), after, timezone)
    ?.toISOString()
    .slice(0, 16);
const last = (cron: string, before = AFTER, timezone?: string): string | undefined =>
  previousRun(parseSchedule(`cron(${cron})`) as CronSchedule, before, timezone)
    ?.toISOString()
    .slice(0, 16);

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
