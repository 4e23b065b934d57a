import { expect } from "chai";
import { execFileSync } from "node:child_process";
import * as path from "node:path";
import * as fc from "fast-check";
import { VirtualClock } from "../../core/clock";
import { runs } from "../support/runs";

const START = Date.UTC(2026, 0, 1);
const DAY = 24 * 3600 * 1000;

function manualClock(errors: unknown[] = []): VirtualClock {
  return new VirtualClock("manual", START, (error) => errors.push(error));
}

/** Waits in the computer's own time, only for effects of a running clock. */
function turn(ms = 0): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

describe("The virtual clock, manual", () => {
  it("stands still until it is advanced", async () => {
    const clock = manualClock();
    await turn(2);
    expect(clock.now()).to.equal(START);
    await clock.advance(7 * DAY);
    expect(clock.date().toISOString()).to.equal("2026-01-08T00:00:00.000Z");
  });

  it("runs due timers in order of time, and equal ones in the order they were set", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ ms: fc.integer({ min: 0, max: 40 }), cleared: fc.boolean() })),
        fc.array(fc.integer({ min: 0, max: 25 }), { maxLength: 4 }),
        async (timers, steps) => {
          const clock = manualClock();
          const ran: [index: number, at: number][] = [];
          const handles = timers.map(({ ms }, index) =>
            clock.setTimeout(() => void ran.push([index, clock.now() - START]), ms),
          );
          timers.forEach(({ cleared }, index) => cleared && clock.clearTimeout(handles[index]));
          for (const step of steps) await clock.advance(step);
          const end = steps.reduce((sum, step) => sum + step, 0);
          const expected = timers
            .map(({ ms, cleared }, index) => ({ ms, cleared, index }))
            .filter(({ ms, cleared }) => !cleared && ms <= end && steps.length > 0)
            .sort((a, b) => a.ms - b.ms || a.index - b.index);
          expect(ran).to.deep.equal(expected.map(({ index, ms }) => [index, ms]));
          expect(clock.now()).to.equal(START + end);
        },
      ),
      { numRuns: runs(60, 2000) },
    ));

  it("runs a timer that a task sets if it becomes due within the same advance", async () => {
    const clock = manualClock();
    const at: number[] = [];
    const tick = (): void => {
      at.push(clock.now() - START);
      clock.setTimeout(tick, 10);
    };
    clock.setTimeout(tick, 10);
    await clock.advance(35);
    expect(at).to.deep.equal([10, 20, 30]);
  });

  it("waits for a task's promise before the next task runs", async () => {
    const clock = manualClock();
    const log: string[] = [];
    clock.setTimeout(async () => {
      await turn(3);
      log.push("first");
    }, 1);
    clock.setTimeout(() => void log.push("second"), 2);
    await clock.advance(2);
    expect(log).to.deep.equal(["first", "second"]);
  });

  it("does not run a timer that an earlier task of the same instant cleared", async () => {
    const clock = manualClock();
    let ran = false;
    clock.setTimeout(() => clock.clearTimeout(second), 5);
    const second = clock.setTimeout(() => void (ran = true), 5);
    await clock.advance(5);
    expect(ran).to.equal(false);
  });

  it("runs advances one after another, each from the end of the previous one", async () => {
    const clock = manualClock();
    const at: number[] = [];
    clock.setTimeout(async () => {
      await turn(2);
      at.push(clock.now() - START);
    }, 4);
    await Promise.all([clock.advance(5), clock.advance(5)]);
    expect(at).to.deep.equal([4]);
    expect(clock.now()).to.equal(START + 10);
  });

  it("reports the error of a task and runs the others", async () => {
    const errors: unknown[] = [];
    const clock = manualClock(errors);
    let ran = 0;
    clock.setTimeout(() => {
      throw new Error("thrown");
    }, 1);
    clock.setTimeout(() => Promise.reject(new Error("rejected")), 1);
    clock.setTimeout(() => void (ran += 1), 1);
    await clock.advance(1);
    expect(errors.map(String)).to.deep.equal(["Error: thrown", "Error: rejected"]);
    expect(ran).to.equal(1);
  });

  it("refuses invalid times, and does not move", async () => {
    const clock = manualClock();
    let ran = false;
    expect(() => clock.setTimeout(() => undefined, Number.NaN)).to.throw(RangeError);
    clock.setTimeout(() => void (ran = true), 5);
    for (const ms of [-1, Number.NaN, Infinity, 9e15])
      expect(await clock.advance(ms).catch((error: unknown) => error)).to.be.instanceOf(RangeError);
    expect(clock.now()).to.equal(START);
    await clock.advance(5);
    expect(ran).to.equal(true);
  });

  it("runs timers after years, and never those set to infinity", async () => {
    const clock = manualClock();
    let ran = 0;
    clock.setTimeout(() => void (ran += 1), 400 * DAY);
    clock.setTimeout(() => void (ran += 100), Infinity);
    await clock.advance(399 * DAY);
    expect(ran).to.equal(0);
    await clock.advance(DAY);
    expect(ran).to.equal(1);
  });

  it("wakes a sleeper at its time, and not before", async () => {
    const clock = manualClock();
    let awake = false;
    const sleep = clock.sleep(100).then(() => (awake = true));
    await clock.advance(99);
    expect(awake).to.equal(false);
    await clock.advance(1);
    await sleep;
    expect(awake).to.equal(true);
  });

  it("rejects a sleep with the reason of an abort before and during it, and removes the timer", async () => {
    const clock = manualClock();
    const controller = new AbortController();
    const sleep = clock.sleep(100, controller.signal).catch((error: unknown) => error);
    controller.abort(new Error("enough"));
    expect(String(await sleep)).to.equal("Error: enough");
    const late = await clock.sleep(1, controller.signal).catch((error: unknown) => error);
    expect(String(late)).to.equal("Error: enough");
    const patient = new AbortController();
    const slept = clock.sleep(1, patient.signal);
    await clock.advance(1);
    await slept;
    patient.abort();
    await clock.advance(100);
  });

  it("removes every timer when it is stopped", async () => {
    const clock = manualClock();
    let ran = false;
    clock.setTimeout(() => void (ran = true), 1);
    clock.stop();
    await clock.advance(1);
    expect(ran).to.equal(false);
  });
});

describe("The virtual clock, running", () => {
  it("follows the computer's clock plus the advanced time, and never goes back", async () => {
    const clock = new VirtualClock("running");
    const before = Date.now();
    expect(clock.now()).to.be.within(before, Date.now());
    let last = clock.now();
    for (const ms of [5, 0, DAY, 1]) {
      clock.setTimeout(() => undefined, ms / 2);
      await clock.advance(ms);
      expect(clock.now()).to.be.at.least(last + ms);
      last = clock.now();
    }
    // Less by the real time that passed while it was advanced.
    expect(clock.now() - Date.now()).to.be.within(DAY - 10_000, DAY + 6);
    clock.stop();
  });

  it("runs a timer by itself when its time has come, and in order when it wakes late", async () => {
    const clock = new VirtualClock("running");
    const log: number[] = [];
    await new Promise<void>((resolve) => {
      // The delays count from one instant, whatever time passes between these lines.
      const computer = Date.now;
      const instant = computer();
      Date.now = () => instant;
      clock.setTimeout(() => void log.push(2), 2);
      clock.setTimeout(() => void log.push(1), 1);
      clock.setTimeout(resolve, 3);
      Date.now = computer;
      // Blocks this thread until all three are due.
      while (Date.now() < instant + 5);
    });
    expect(log).to.deep.equal([1, 2]);
    clock.stop();
  });

  it("lets other work run when tasks follow each other without a pause", async () => {
    const clock = new VirtualClock("running");
    let steps = 0;
    const step = (): void => {
      steps += 1;
      if (steps < 100_000) clock.setTimeout(step, 0);
    };
    step();
    await turn(20);
    expect(steps).to.be.within(2, 99_999);
    clock.stop();
  });

  it("runs a hold only when it is advanced, before the time moves", async () => {
    const clock = new VirtualClock("running");
    const log: string[] = [];
    const from = clock.now();
    clock.hold(async () => void log.push(`held ${clock.now() - from < DAY}`));
    clock.setTimeout(() => void log.push("timer"), DAY);
    clock.clearTimeout(clock.hold(async () => void log.push("cleared")));
    await turn(3);
    expect(log).to.deep.equal([]);
    await clock.advance(DAY);
    await clock.advance(DAY);
    expect(log).to.deep.equal(["held true", "timer"]);
    clock.stop();
  });

  it("waits for the holds before it restarts", async () => {
    const clock = new VirtualClock("running");
    let ended = false;
    clock.hold(() => turn(2).then(() => void (ended = true)));
    await clock.restart();
    expect(ended).to.equal(true);
  });

  it("reports the error of a task that it ran by itself", async () => {
    const failed = new Promise<unknown>((resolve) => {
      const clock = new VirtualClock("running", undefined, resolve);
      clock.setTimeout(() => Promise.reject(new Error("by itself")), 0);
    });
    expect(String(await failed)).to.equal("Error: by itself");
  });

  it("runs timers that are due after a long wait immediately when it is advanced", async () => {
    const clock = new VirtualClock("running");
    let ran = false;
    // Longer than the maximum delay of a Node timer.
    clock.setTimeout(() => void (ran = true), 60 * DAY);
    await turn(3);
    expect(ran).to.equal(false);
    await clock.advance(60 * DAY);
    expect(ran).to.equal(true);
    clock.stop();
  });

  it("does not keep the process alive", () => {
    const script =
      `const { VirtualClock } = require(${JSON.stringify(path.resolve("localcloud/core/clock"))});` +
      `const clock = new VirtualClock("running"); clock.setTimeout(() => console.log("ran"), 60_000);`;
    const output = execFileSync(
      process.execPath,
      ["--require", path.resolve("localcloud/test/support/setup.js"), "--eval", script],
      { timeout: 20_000, encoding: "utf8" },
    );
    expect(output).to.equal("");
  });
});
