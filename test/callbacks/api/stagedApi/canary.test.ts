import { expect } from "chai";
import * as fc from "fast-check";
import {
  type Canary,
  canaryOf,
  canaryText,
  describedCanary,
  endedText,
  noteOf,
} from "../../../../callbacks/api/stagedApi/canary/canary";
import type { CanaryNote } from "../../../../callbacks/api/stagedApi/history/history";
import { runs } from "../../../../localcloud/test/support/runs";

const canary: Canary = {
  canary: "started",
  percent: 10,
  from: { version: "1", deploymentId: "abc123" },
  to: { version: "2", deploymentId: "def456" },
  at: "2026-11-21T00:00:00.000Z",
  until: "2026-11-21T00:30:00.000Z",
};
const alias = {
  FunctionVersion: "1",
  RoutingConfig: { AdditionalVersionWeights: { "2": 0.1 } },
  Description: canaryText(canary),
};

describe("the canary in an alias's description", () => {
  it("is read back as it was written", () => {
    expect(describedCanary(canaryText(canary))).to.deep.equal(canary);
    expect(canaryOf(alias)).to.deep.equal(canary);
    expect(noteOf(canaryText(canary))).to.deep.equal({
      canary: "started",
      percent: 10,
      version: "2",
      at: canary.at,
    });
  });

  it("fits into 256 characters with the longest ids there are", () => {
    const longest = { version: "9".repeat(10), deploymentId: "x".repeat(10) };
    const text = canaryText({ ...canary, canary: "changed", from: longest, to: longest });
    expect(text.length).to.be.at.most(256);
  });

  it("is under way at any weight of its version, but not after the alias was moved", () => {
    const weighing = (weights: Record<string, number>, change: object = {}) =>
      canaryOf({ ...alias, RoutingConfig: { AdditionalVersionWeights: weights }, ...change });
    expect(weighing({ "2": 0.7 })).to.deep.equal(canary);
    expect(weighing({})).to.equal(undefined);
    expect(weighing({ "3": 0.1 })).to.equal(undefined);
    expect(weighing({ "2": 0.1 }, { FunctionVersion: "3" })).to.equal(undefined);
    expect(weighing({ "2": 0.1 }, { Description: "mine" })).to.equal(undefined);
    expect(canaryOf({})).to.equal(undefined);
  });

  it("has ended when the description says so, and its note is read back", () => {
    const note: CanaryNote = {
      canary: "stopped",
      version: "2",
      percent: 10,
      at: canary.at,
      reason: "alarm errors",
    };
    const Description = endedText(note);
    expect(canaryOf({ ...alias, Description })).to.equal(undefined);
    expect(noteOf(Description)).to.deep.equal(note);
  });

  it("includes as much of a long reason as fits into 256 characters", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (reason) => {
        const note: CanaryNote = { canary: "stopped", version: "2", percent: 10, at: canary.at };
        const text = endedText({ ...note, reason });
        expect(text.length).to.be.at.most(256);
        const read = noteOf(text)?.reason ?? "";
        const isCut = read.endsWith("…") && reason.startsWith(read.slice(0, -1));
        expect(read === reason || isCut).to.equal(true);
      }),
      { numRuns: runs(200, 10_000) },
    );
  });

  it("is not found in a description that somebody wrote manually", () => {
    for (const text of [undefined, "", "mine", '{"canary":', "{}", '{"moving":"promote"}']) {
      expect(describedCanary(text), text).to.equal(undefined);
      expect(noteOf(text), text).to.equal(undefined);
    }
  });
});
