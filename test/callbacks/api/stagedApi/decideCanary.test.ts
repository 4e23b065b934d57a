import { expect } from "chai";
import * as fc from "fast-check";
import {
  type CanaryState,
  checkDecision,
  decideCanary,
  type VersionCalls,
} from "../../../../callbacks/api/stagedApi/canary/decideCanary";
import { runs } from "../../../../localcloud/test/support/runs";

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 21, 0, minute));

const calls = (version: string, invocations: number, errors: number): VersionCalls => ({
  version,
  invocations,
  errors,
});

const state: CanaryState = {
  percent: 10,
  since: at(0),
  until: at(30),
  now: at(5),
  alarms: [
    { name: "prod-errors", state: "OK" },
    { name: "latency", state: "INSUFFICIENT_DATA" },
  ],
  tried: calls("2", 0, 0),
  current: calls("1", 0, 0),
};

const decided = (change: Partial<CanaryState>) => decideCanary({ ...state, ...change });

describe("decideCanary", () => {
  it("keeps a canary without a reason to stop it", () => {
    expect(decideCanary(state)).to.equal("keep");
    expect(decided({ tried: calls("2", 40, 0), current: calls("1", 360, 3) })).to.equal("keep");
  });

  it("stops a canary at its end, whatever else is true", () => {
    expect(decided({ now: at(29) })).to.equal("keep");
    expect(decided({ now: at(30) })).to.deep.equal({ stop: "expired" });
    expect(decided({ now: at(31), alarms: [{ name: "a", state: "ALARM" }] })).to.deep.equal({
      stop: "expired",
    });
  });

  it("stops a canary for an alarm in ALARM, and for an alarm that does not exist", () => {
    const [first] = state.alarms;
    expect(decided({ alarms: [first, { name: "latency", state: "ALARM" }] })).to.deep.equal({
      stop: "alarm latency",
    });
    expect(decided({ alarms: [first, { name: "latency", state: undefined }] })).to.deep.equal({
      stop: "there is no metric alarm latency",
    });
  });

  for (const [tried, current, stops] of [
    [[19, 19], [0, 0], false],
    [[20, 20], [0, 0], true],
    [[100, 4], [900, 0], false],
    [[100, 5], [900, 0], true],
    [[100, 19], [100, 10], false],
    [[100, 20], [100, 10], true],
    [[100, 100], [100, 60], false],
  ] as const)
    it(`${stops ? "stops" : "keeps"} a version with ${tried[1]} failures in ${tried[0]} calls next to ${current[1]} in ${current[0]}`, () => {
      const decision = decided({
        tried: calls("2", tried[0], tried[1]),
        current: calls("1", current[0], current[1]),
      });
      const stop =
        `version 2 failed in ${tried[1]} of ${tried[0]} calls, ` +
        `version 1 in ${current[1]} of ${current[0]}`;
      expect(decision).to.deep.equal(stops ? { stop } : "keep");
    });

  it("never stops a version that fails no more often than the other", () => {
    const counts = fc.tuple(fc.nat(1000), fc.nat(1000), fc.nat(1000), fc.nat(1000));
    fc.assert(
      fc.property(counts, ([a, b, c, d]) => {
        const tried = calls("2", Math.max(a, b), Math.min(a, b));
        const current = calls("1", Math.max(c, d), Math.min(c, d));
        fc.pre(tried.errors * current.invocations <= current.errors * tried.invocations);
        fc.pre(current.invocations > 0);
        expect(decided({ tried, current })).to.equal("keep");
      }),
      { numRuns: runs(200, 10_000) },
    );
  });
});

describe("checkDecision", () => {
  it("accepts the valid decisions and nothing else", () => {
    expect(checkDecision("keep")).to.equal("keep");
    expect(checkDecision({ stop: "why", more: 1 })).to.deep.equal({ stop: "why" });
  });

  for (const answer of [undefined, null, true, "stop", "", 0, {}, { stop: "" }, { stop: true }, []])
    it(`refuses ${JSON.stringify(answer)}`, () => {
      expect(() => checkDecision(answer)).to.throw(
        `decide answered ${JSON.stringify(answer)}; answer "keep" or { stop: why }`,
      );
    });
});
