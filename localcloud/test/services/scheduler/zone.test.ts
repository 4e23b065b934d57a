import { expect } from "chai";
import { nextDue, parseExpression, windowDelay } from "../../../services/scheduler/occurrences";
import type { Schedule } from "../../../services/scheduler/store";

/** Returns the next due times from an instant on, in UTC. */
function due(expression: string, zone: string, from: string, count = 1): string[] {
  const next = parseExpression(expression, zone, Date.parse(from));
  const times: string[] = [];
  let at = Date.parse(from);
  for (let i = 0; i < count; i += 1) {
    const time = next(at);
    if (time === undefined) break;
    times.push(new Date(time).toISOString().slice(0, 16));
    at = time + 1;
  }
  return times;
}

describe("EventBridge Scheduler expressions", () => {
  const cases: [expression: string, zone: string, from: string, times: string[]][] = [
    [
      "cron(0 3 * * ? *)",
      "Europe/Madrid",
      "2026-01-10T00:00:00Z",
      ["2026-01-10T02:00", "2026-01-11T02:00"],
    ],
    ["cron(0 3 * * ? *)", "Europe/Madrid", "2026-07-10T00:00:00Z", ["2026-07-10T01:00"]],
    // Clocks go from 2:00 to 3:00 on 29 March: 2:30 does not exist on that day.
    ["cron(30 2 * * ? *)", "Europe/Madrid", "2026-03-28T12:00:00Z", ["2026-03-30T00:30"]],
    [
      "cron(0/30 1-3 * * ? *)",
      "Europe/Madrid",
      "2026-03-29T00:00:00Z",
      ["2026-03-29T00:00", "2026-03-29T00:30", "2026-03-29T01:00", "2026-03-29T01:30"],
    ],
    // Clocks go from 3:00 back to 2:00 on 25 October: 2:30 occurs twice and counts once.
    [
      "cron(30 2 * * ? *)",
      "Europe/Madrid",
      "2026-10-24T12:00:00Z",
      ["2026-10-25T00:30", "2026-10-26T01:30"],
    ],
    ["cron(30 2 * * ? *)", "Europe/Madrid", "2026-10-25T01:10:00Z", ["2026-10-26T01:30"]],
    ["cron(0 9 ? * MON *)", "America/New_York", "2026-11-01T00:00:00Z", ["2026-11-02T14:00"]],
    ["cron(0 9 ? * MON *)", "Asia/Kolkata", "2026-11-01T00:00:00Z", ["2026-11-02T03:30"]],
    ["at(2026-03-01T08:00:00)", "Europe/Madrid", "2026-01-01T00:00:00Z", ["2026-03-01T07:00"]],
    ["at(2026-03-29T02:30:00)", "Europe/Madrid", "2026-01-01T00:00:00Z", []],
    ["at(2026-03-01T08:00:00)", "UTC", "2026-04-01T00:00:00Z", []],
    // A day is always 24 hours, even when clocks change.
    [
      "rate(1 day)",
      "Europe/Madrid",
      "2026-03-28T12:00:00Z",
      ["2026-03-28T12:00", "2026-03-29T12:00"],
    ],
    ["rate(90 minutes)", "UTC", "2026-01-01T00:10:00Z", ["2026-01-01T00:10", "2026-01-01T01:40"]],
    ["rate(1 minutes)", "UTC", "2026-01-01T00:00:00Z", ["2026-01-01T00:00"]],
  ];
  for (const [expression, zone, from, times] of cases)
    it(`${expression} in ${zone} after ${from} is due at ${times.join(", ") || "no time"}`, () => {
      expect(due(expression, zone, from, times.length || 1)).to.deep.equal(times);
    });

  for (const [expression, zone] of [
    ["cron(0 10 * * * *)", "UTC"],
    ["at(2026-01-01)", "UTC"],
    ["at(2026-13-01T00:00:00)", "UTC"],
    ["at(2026-02-30T00:00:00)", "UTC"],
    ["rate(0 minutes)", "UTC"],
    ["rate(5 weeks)", "UTC"],
    ["every day", "UTC"],
    ["rate(1 day)", "Europe/Atlantis"],
  ])
    it(`${expression} in ${zone} is refused`, () => {
      expect(() => parseExpression(expression, zone, 0))
        .to.throw()
        .with.property("code", "ValidationException");
    });

  const schedule = (more: Partial<Schedule>): Schedule => ({
    Name: "s",
    GroupName: "default",
    Arn: "arn:aws:scheduler:us-east-1:123456789012:schedule/default/s",
    ScheduleExpression: "rate(1 hour)",
    FlexibleTimeWindow: { Mode: "OFF" },
    Target: { Arn: "", RoleArn: "" },
    CreationDate: new Date("2026-01-01T00:00:00Z"),
    LastModificationDate: new Date("2026-01-01T00:00:00Z"),
    ...more,
  });

  it("are due only from the start date to the end date", () => {
    const bounded = schedule({
      StartDate: new Date("2026-01-02T00:30:00Z"),
      EndDate: new Date("2026-01-02T02:00:00Z"),
    });
    const times: string[] = [];
    let at = nextDue(bounded, Date.parse("2026-01-01T00:00:00Z"));
    for (; at !== undefined; at = nextDue(bounded, at)) times.push(new Date(at).toISOString());
    expect(times).to.deep.equal(["2026-01-02T00:30:00.000Z", "2026-01-02T01:30:00.000Z"]);
  });

  it("are due within a flexible window, at the same time in every run", () => {
    const flexible = schedule({
      FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 15 },
    });
    const delays = Array.from({ length: 50 }, (_, hour) => windowDelay(flexible, hour * 3_600_000));
    expect(Math.max(...delays)).to.be.below(15 * 60_000);
    expect(Math.min(...delays)).to.be.at.least(0);
    expect(new Set(delays)).to.have.length(50);
    expect(windowDelay(flexible, 0)).to.equal(delays[0]);
    expect(windowDelay(schedule({}), 0)).to.equal(0);
  });
});
