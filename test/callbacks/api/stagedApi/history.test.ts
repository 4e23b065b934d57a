import { expect } from "chai";
import * as fc from "fast-check";
import {
  type CanaryNote,
  type HistoryEntry,
  isHistory,
  isMove,
  isSame,
  type Move,
  type Release,
  rollbackTarget,
  withEntry,
} from "../../../../callbacks/api/stagedApi/history/history";
import { readParameterText } from "../../../../callbacks/api/stagedApi/history/parameterText";
import { runs } from "../../../../localcloud/test/support/runs";

const release = (number: number): Release => ({
  version: String(number),
  deploymentId: `deployment${number}`,
});

const move = (action: Move["action"], from: number, to: number, at = `${from}-${to}`): Move => ({
  action,
  from: release(from),
  to: release(to),
  at,
});

describe("the history of prod", () => {
  it("returns to the release before the last promotion", () => {
    const history = [move("promote", 1, 2), move("promote", 2, 3)];
    expect(rollbackTarget(history, release(3))).to.deep.equal(release(2));
  });

  it("returns one promotion further after a rollback", () => {
    const history = [move("promote", 1, 2), move("promote", 2, 3), move("rollback", 3, 2)];
    expect(rollbackTarget(history, release(2))).to.deep.equal(release(1));
  });

  it("has no rollback target before the first promotion, or when something else moved prod", () => {
    expect(rollbackTarget([], release(1))).to.equal(undefined);
    expect(rollbackTarget([move("promote", 1, 2)], release(7))).to.equal(undefined);
  });

  it("records only once a move that was completed after an interruption", () => {
    const history = withEntry([], move("promote", 1, 2));
    expect(withEntry(history, move("promote", 1, 2))).to.have.length(1);
  });

  it("fits into a standard parameter of 4 KB however often prod moves", () => {
    let history: HistoryEntry[] = [];
    for (let number = 1; number < 100; number += 1)
      history = withEntry(history, {
        ...move("promote", 100_000 + number, 100_001 + number, "2026-01-01T00:00:00.000Z"),
        action: number % 2 ? "promote" : "rollback",
        at: new Date(number).toISOString(),
      });
    expect(Buffer.byteLength(JSON.stringify(history))).to.be.below(4096);
  });

  it("fits into it with canaries too, drops the oldest notes first, and never the last promotion", () => {
    const longest = "x".repeat(120);
    let history: HistoryEntry[] = [move("promote", 1, 2)];
    for (let number = 1; number < 100; number += 1) {
      const at = new Date(number).toISOString();
      const note = { version: "2", percent: 10, at };
      history = withEntry(history, { canary: "started", ...note });
      history = withEntry(history, { canary: "stopped", reason: longest, ...note });
      expect(Buffer.byteLength(JSON.stringify(history))).to.be.at.most(4096);
    }
    expect(rollbackTarget(history, release(2))).to.deep.equal(release(1));
    const last = history.at(-1) as CanaryNote;
    expect([last.canary, last.reason]).to.deep.equal(["stopped", longest]);
    for (let number = 2; number < 40; number += 1)
      history = withEntry(history, move("promote", number, number + 1));
    expect(Buffer.byteLength(JSON.stringify(history))).to.be.at.most(4096);
    expect(history.filter((entry) => !isMove(entry))).to.have.length(6);
  });

  it("records an event of a canary once, however often it is added", () => {
    const started: CanaryNote = { canary: "started", version: "2", percent: 10, at: "t" };
    const stopped: CanaryNote = { ...started, canary: "stopped", reason: "alarm a" };
    const history = [started, stopped, started, stopped].reduce<HistoryEntry[]>(withEntry, []);
    expect(history).to.deep.equal([started, stopped]);
  });

  it("finds the rollback target past the events of canaries", () => {
    const note: CanaryNote = { canary: "aborted", version: "3", percent: 10, at: "t" };
    expect(rollbackTarget([move("promote", 1, 2), note], release(2))).to.deep.equal(release(1));
  });

  const note: CanaryNote = { canary: "aborted", version: "3", percent: 10, at: "t" };
  const whole = [move("promote", 1, 2), note, move("rollback", 2, 1)];

  it("is read back as it was written", () => {
    expect(readParameterText("/h", JSON.stringify(whole), isHistory)).to.deep.equal(whole);
    expect(readParameterText("/h", "[]", isHistory)).to.deep.equal([]);
  });

  for (const text of [
    "",
    "[",
    "{}",
    "null",
    '"promote"',
    "[null]",
    '["promote"]',
    '[{"action":"promote"}]',
    JSON.stringify([{ ...move("promote", 1, 2), action: "deploy" }]),
    JSON.stringify([{ ...move("promote", 1, 2), to: { version: 2, deploymentId: "d" } }]),
  ])
    it(`edited into ${JSON.stringify(text)} is refused with the name of the parameter and how to recover`, () => {
      expect(() =>
        readParameterText("/staged-api/shop/dev/greeting/history", text, isHistory),
      ).to.throw(
        "Parameter /staged-api/shop/dev/greeting/history was edited by hand and is not valid any more. " +
          "Put an earlier value back, which 'aws ssm get-parameter-history --name " +
          "/staged-api/shop/dev/greeting/history' shows.",
      );
    });

  it("returns through any promotions and rollbacks like a stack", () => {
    const steps = fc.array(fc.boolean(), { maxLength: 18 });
    fc.assert(
      fc.property(steps, (promotions) => {
        let history: HistoryEntry[] = [];
        const stack = [1];
        let newest = 1;
        for (const [index, isPromotion] of promotions.entries()) {
          const now = stack.at(-1) ?? 0;
          const target = rollbackTarget(history, release(now));
          expect(target?.version).to.equal(stack.at(-2)?.toString());
          if (isPromotion) {
            stack.push((newest += 1));
            history = withEntry(history, move("promote", now, newest, String(index)));
          } else if (target) {
            stack.pop();
            const to = stack.at(-1) ?? 0;
            expect(isSame(target, release(to))).to.equal(true);
            history = withEntry(history, move("rollback", now, to, String(index)));
          }
        }
      }),
      { numRuns: runs(200, 10_000) },
    );
  });
});
