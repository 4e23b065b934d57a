import { expect } from "chai";
import { decideTasks } from "../../../../callbacks/ecs/scaling/decide";
import type {
  EvaluationInput,
  MetricRule,
  ScalingSettings,
} from "../../../../callbacks/ecs/scaling/model";
import { CPU, input, MINUTE, NOW, SETTINGS } from "./evaluationInputs";

const to = (one: EvaluationInput, settings: Partial<ScalingSettings> = {}): number =>
  decideTasks(one, { ...SETTINGS, ...settings }).to;
const why = (one: EvaluationInput, settings: Partial<ScalingSettings> = {}): string =>
  decideTasks(one, { ...SETTINGS, ...settings }).why;
const withOut = (out: Partial<NonNullable<MetricRule["out"]>>): MetricRule => ({
  ...CPU,
  out: { ...CPU.out!, ...out },
});

describe("decideTasks", () => {
  it("does nothing between the thresholds", () => {
    expect(to(input(4, [50, 50, 50]))).to.equal(4);
    expect(why(input(4, [50]))).to.equal("every metric is within its thresholds");
  });

  it("adds tasks in proportion to the load when a value is above the threshold", () => {
    expect(to(input(4, [90]))).to.equal(6); // 360 / 60
    expect(why(input(4, [90]))).to.equal("cpu 90 is above 70");
  });

  it("does not request more while the first addition starts or warms up", () => {
    const changes = [{ at: NOW - 20_000, from: 4, to: 6, basis: NOW - 3 * MINUTE }];
    expect(to(input(6, [90], { running: 4, pending: 2, changes }))).to.equal(6);
    expect(to(input(6, [90], { changes }))).to.equal(6);
    const warm = [{ ...changes[0], at: NOW - 5 * MINUTE }];
    expect(to(input(6, [90], { changes: warm }))).to.equal(9);
  });

  it("adds by the step whose distance the value has reached", () => {
    const rules = [
      withOut({
        steps: [
          { from: 0, tasks: 1 },
          { from: 20, percent: 50 },
        ],
      }),
    ];
    expect(to(input(5, [75]), { rules })).to.equal(6);
    expect(to(input(5, [90]), { rules })).to.equal(8);
    expect(to(input(5, [70]), { rules })).to.equal(5);
  });

  it("removes tasks only when enough datapoints are low, and pauses after any change", () => {
    expect(to(input(8, [20, 20]))).to.equal(8);
    expect(to(input(8, [20, 20, 20]))).to.equal(4); // 160 / 50
    const changes = [{ at: NOW - 4 * MINUTE, from: 6, to: 8, basis: NOW - 6 * MINUTE }];
    const rests = input(8, [20, 20, 20], { changes });
    expect(to(rests)).to.equal(8);
    expect(why(rests)).to.equal("cpu 20 is below 30; cooldown of 300 s");
  });

  it("divides the load of a datapoint by the tasks that ran at its time", () => {
    const changes = [{ at: NOW - 30_000, from: 8, to: 4, basis: NOW - 3 * MINUTE }];
    // 8 tasks at 40: 320, which is 5.3 tasks at 60; not 4 at 40.
    expect(to(input(4, [75], { changes }))).to.equal(10);
  });

  it("counts tasks removed at the start of a datapoint as tasks that ran at its time", () => {
    const start = Math.floor(NOW / MINUTE) * MINUTE - MINUTE;
    const removedAt = (at: number): number =>
      to(input(4, [75], { changes: [{ at, from: 8, to: 4, basis: NOW - 3 * MINUTE }] }));
    expect([start + 1, start, start - 1].map(removedAt)).to.deep.equal([10, 10, 5]);
  });

  it("never removes tasks because a metric is missing", () => {
    expect(to(input(8, []))).to.equal(8);
    expect(why(input(8, []))).to.equal("cpu is missing");
    const decide = () => 2;
    const decision = decideTasks(input(8, []), SETTINGS, decide);
    expect([decision.to, decision.why]).to.deep.equal([
      8,
      "decide asks for 2; a metric is missing",
    ]);
  });

  it("adds when any metric asks, and removes when all agree", () => {
    const memory: MetricRule = { ...CPU, name: "memory" };
    const rules = [CPU, memory];
    const both = (cpu: number[], other: number[]): EvaluationInput => {
      const one = input(8, cpu);
      return { ...one, series: { cpu: one.series.cpu, memory: input(8, other).series.cpu } };
    };
    expect(to(both([20, 20, 20], [90, 90, 90]), { rules })).to.equal(12);
    expect(to(both([20, 20, 20], [50, 50, 50]), { rules })).to.equal(8);
    expect(to(both([20, 20, 20], [25, 25, 25]), { rules })).to.equal(4);
    expect(to(both([20, 20, 20], []), { rules })).to.equal(8);
  });

  it("moves to its bounds at once, whatever the metrics say", () => {
    expect(to(input(0, []), { min: 2 })).to.equal(2);
    expect(to(input(30, [90]))).to.equal(20);
    expect(to(input(18, [100]))).to.equal(20);
    expect(why(input(18, [100]))).to.contain("kept within 1 to 20");
  });

  it("uses the bounds of the schedule that ran last", () => {
    const schedules = [
      { cron: "cron(0 8 ? * MON-FRI *)", timezone: "Europe/Berlin", min: 6, max: 20 },
      { cron: "cron(0 13 ? * MON-FRI *)", timezone: "Europe/Berlin", min: 2, max: 5 },
    ];
    // A Friday, 13:00:30 in Berlin.
    expect(to(input(8, [50]), { schedules })).to.equal(5);
    const before = { now: NOW - MINUTE };
    expect(to(input(4, [50], before), { schedules })).to.equal(6);
    expect(to(input(1, [50], before), { schedules: [schedules[1]] })).to.equal(2);
  });

  it("removes nothing during a deployment of any kind, but adds", () => {
    for (const strategy of ["ROLLING", "BLUE_GREEN", "LINEAR", "CANARY", "CODE_DEPLOY"]) {
      const rollout = { strategy, stage: "BAKE_TIME" };
      expect(to(input(8, [20, 20, 20], { rollout }))).to.equal(8);
      expect(to(input(30, [50], { rollout }))).to.equal(30);
      expect(to(input(8, [90], { rollout }))).to.equal(12);
    }
    const rollout = { strategy: "CANARY", stage: "BAKE_TIME" };
    expect(why(input(8, [20, 20, 20], { rollout }))).to.contain("under way (CANARY, BAKE_TIME)");
    const allowed = { holdDuringRollout: false };
    expect(to(input(8, [20, 20, 20], { rollout }), allowed)).to.equal(4);
  });

  it("never counts the tasks of two deployments together", () => {
    // aws/containers-roadmap#525: 4 old and 4 new ones run, 4 are desired.
    const rollout = { strategy: "ROLLING" };
    expect(to(input(4, [90], { running: 8, rollout }))).to.equal(6);
    const rules = [withOut({ steps: [{ from: 0, tasks: 1 }] })];
    expect(to(input(4, [90], { running: 8, rollout }), { rules })).to.equal(5);
  });

  it("stops requesting when nothing has started for the capacity timeout, and says so", () => {
    const changes = [{ at: NOW - 15 * MINUTE, from: 4, to: 6, basis: NOW - 17 * MINUTE }];
    const lacking = { running: 4, changes, lackingSince: NOW - 11 * MINUTE };
    const decision = decideTasks(input(6, [100], lacking), SETTINGS);
    expect(decision).to.include({ to: 6, noCapacity: true });
    expect(decision.why).to.contain("no task has started for 600 s");
    const recent = { ...lacking, lackingSince: NOW - 9 * MINUTE };
    expect(decideTasks(input(6, [100], recent), SETTINGS)).to.include({ to: 7, noCapacity: false });
  });

  it("delays every change while nothing can be changed, manual ones too", () => {
    const busy = "the fleet is being modified";
    const decision = (more: object) => {
      const { to, why, again } = decideTasks(input(2, [90], { busy, ...more }), SETTINGS);
      return { to, again, says: why.includes(busy) };
    };
    const waits = { to: 2, again: true, says: true };
    expect(decision({})).to.deep.equal(waits);
    expect(decision({ desired: 30 })).to.deep.equal({ ...waits, to: 30 });
    expect(decision({ override: { desired: 5, until: NOW + MINUTE } })).to.deep.equal(waits);
    expect(decideTasks(input(2, [50], { busy }), SETTINGS).why).not.to.include(busy);
  });

  it("counts everything that runs where capacity comes several units at once", () => {
    const one = input(4, [90], { running: 8 });
    expect(decideTasks(one, SETTINGS).to).to.equal(6);
    expect(decideTasks(one, { ...SETTINGS, runningCounts: true }).to).to.equal(12);
  });

  it("evaluates again while requested tasks do not start, so that the alarm continues", () => {
    const lacking = { running: 4, lackingSince: NOW - 60 * MINUTE };
    expect(decideTasks(input(6, [50], lacking), SETTINGS)).to.include({ to: 6, again: true });
  });

  it("adds what the present state needs, whatever the metrics say, and as often as needed", () => {
    const need = { wanted: 7, least: 5, why: "3 tasks wait for a place" };
    const decision = decideTasks(input(5, [1, 1, 1], { need }), SETTINGS);
    expect(decision).to.include({ to: 7, basis: NOW });
    expect(decision.why).to.match(/^3 tasks wait for a place/);
    // At a count of 0 there is no datapoint; what was requested is already counted.
    expect(to(input(0, [], { need: { ...need, wanted: 1 } }), { min: 0 })).to.equal(1);
    const changes = [{ at: NOW - 10_000, from: 5, to: 6, basis: NOW - 10_000 }];
    expect(to(input(6, [1, 1, 1], { need, changes }))).to.equal(7);
    expect(to(input(5, [1, 1, 1], { need: { ...need, wanted: 30 } }))).to.equal(20);
  });

  it("removes no more than the present state can spare", () => {
    const need = { wanted: 0, least: 4, why: "" };
    const decision = decideTasks(input(6, [1, 1, 1], { need }), SETTINGS);
    expect(decision).to.include({ to: 4 });
    expect(decision.why).to.contain("4 are needed");
    expect(to(input(6, [20, 20, 20], { need }), { max: 3 })).to.equal(3);
    expect(decideTasks(input(6, [1, 1, 1], { need }), SETTINGS, () => 2).to).to.equal(4);
  });

  it("limits one change, and the changes of an hour", () => {
    expect(to(input(4, [200]), { maxStepOut: 2 })).to.equal(6);
    expect(to(input(16, [1, 1, 1]), { maxStepIn: 3 })).to.equal(13);
    const changes = [50, 40, 30].map((age) => ({
      at: NOW - age * MINUTE,
      from: 3,
      to: 4,
      basis: NOW - (age + 2) * MINUTE,
    }));
    expect(to(input(4, [90], { changes }), { maxChangesPerHour: 3 })).to.equal(4);
    expect(to(input(4, [90], { changes }), { maxChangesPerHour: 4 })).to.equal(6);
  });

  it("follows a manual count until it expires, within the bounds", () => {
    const override = { desired: 25, until: NOW + MINUTE };
    expect(to(input(4, [20, 20, 20], { override }))).to.equal(20);
    expect(to(input(4, [20, 20, 20], { override: { ...override, until: NOW } }))).to.equal(2);
    expect(decideTasks(input(4, [90], { suspended: true }), SETTINGS).to).to.equal(4);
  });

  it("divides shared metrics by the serving tasks, and starts again from none", () => {
    const backlog: MetricRule = {
      ...CPU,
      name: "cpu",
      kind: "total",
      targets: { out: 10, in: 10 },
    };
    const rules = [
      { ...backlog, out: { ...CPU.out!, threshold: 10 }, in: { ...CPU.in!, threshold: 5 } },
    ];
    expect(to(input(4, [100]), { rules })).to.equal(10);
    expect(to(input(4, [40, 40, 40]), { rules })).to.equal(4);
    expect(to(input(4, [0, 0, 0]), { rules, min: 0 })).to.equal(0);
    expect(to(input(0, [25]), { rules, min: 0 })).to.equal(3);
  });

  it("passes the state and the usual answer to decide, and rounds up", () => {
    const decision = decideTasks(input(4, [90]), SETTINGS, (state, usual) => {
      expect(state).to.deep.include({ desired: 4, running: 4, cpu: 90, min: 1, max: 20 });
      expect(state.alarms).to.deep.equal({ cpu: { high: true, low: false } });
      expect(usual).to.equal(6);
      return state.desired + 2.2;
    });
    expect(decision).to.include({ to: 7, why: "decide asks for 7" });
    const fewer = decideTasks(input(8, [40, 40, 40]), SETTINGS, () => 6.5);
    expect(fewer.to).to.equal(7);
  });
});

describe("a decide that fails", () => {
  const bad: Record<string, [() => unknown, string]> = {
    throws: [
      () => {
        throw new Error("no idea");
      },
      "decide threw Error: no idea",
    ],
    spins: [
      () => {
        for (;;);
      },
      "decide did not answer within 1000 ms",
    ],
    "returns NaN": [() => NaN, "decide returned NaN; return a number of tasks"],
    "returns Infinity": [() => Infinity, "decide returned Infinity; return a number of tasks"],
    "returns a negative number": [() => -1, "decide returned -1; return a number of tasks"],
    "returns a string": [() => "5", "decide returned the text '5'; return a number of tasks"],
    "returns a promise": [async () => 5, "decide returned a promise; return a number of tasks"],
    "returns nothing": [() => undefined, "decide returned undefined; return a number of tasks"],
    "returns a big integer": [() => 5n, "decide returned 5; return a number of tasks"],
  };
  for (const [what, [decide, says]] of Object.entries(bad))
    it(`that ${what} changes nothing, and is reported`, () => {
      const decision = decideTasks(input(4, [90]), SETTINGS, decide as () => number);
      expect(decision).to.include({ to: 4, wanted: 4, failed: says });
    });

  it("does not prevent bounds", () => {
    const decide = (): number => {
      throw new Error("no idea");
    };
    expect(decideTasks(input(30, [90]), SETTINGS, decide)).to.include({ to: 20 });
  });
});
