import { expect } from "chai";
import * as fc from "fast-check";
import { decideTasks } from "../../../../callbacks/ecs/scaling/decide";
import type { EvaluationInput } from "../../../../callbacks/ecs/scaling/model";
import { runs } from "../../../../localcloud/test/support/runs";
import { anyInput, anySettings, input, MINUTE } from "./evaluationInputs";

const numRuns = runs(50_000, 2_000_000);

describe("for any service, decideTasks", function () {
  this.timeout(process.env.FUZZ ? 0 : 120_000);

  it("stays within the bounds in force, or moves no further out of them", () => {
    fc.assert(
      fc.property(anyInput, anySettings, (one, settings) => {
        const { to, from } = decideTasks(one, settings);
        expect(Number.isInteger(to)).to.equal(true);
        if (to === from) {
          // Only a deployment keeps it outside.
          if (from < settings.min || from > settings.max)
            expect(from > settings.max && one.rollout !== undefined).to.equal(true);
        } else expect(to).to.be.within(settings.min, settings.max);
      }),
      { numRuns },
    );
  });

  it("removes nothing during a deployment except for a manual count, and never delays additions", () => {
    fc.assert(
      fc.property(anyInput, anySettings, (one, settings) => {
        if (!one.rollout || one.override) return;
        const during = decideTasks(one, settings);
        expect(during.to).to.be.at.least(one.desired);
        const { rollout: _rollout, ...quiet } = one;
        const { to } = decideTasks(quiet, settings);
        expect(during.to).to.equal(Math.max(to, one.desired));
      }),
      { numRuns },
    );
  });

  it("removes nothing when a metric is missing", () => {
    fc.assert(
      fc.property(anyInput, anySettings, (one, settings) => {
        const { to } = decideTasks({ ...one, series: {}, override: undefined }, settings);
        if (one.desired <= settings.max) expect(to).to.be.at.least(one.desired);
      }),
      { numRuns },
    );
  });

  it("requests no more when the tasks of two deployments run than for those of one", () => {
    fc.assert(
      fc.property(anyInput, anySettings, (one, settings) => {
        const rollout = { strategy: "ROLLING" };
        const doubled = { ...one, rollout, running: 2 * one.desired };
        const single = { ...doubled, running: one.desired };
        expect(decideTasks(doubled, settings).to).to.equal(decideTasks(single, settings).to);
      }),
      { numRuns },
    );
  });

  it("decides nothing twice: the datapoints of a change lead to no other change", () => {
    fc.assert(
      fc.property(anyInput, anySettings, (one, settings) => {
        const first = decideTasks(one, settings);
        if (first.to === first.from) return;
        const again = decideTasks(after(one, first), settings);
        expect(again.to).to.equal(first.to);
      }),
      { numRuns },
    );
  });

  it("requests no fewer tasks at a higher load", () => {
    const load = fc.double({ min: 0, max: 200, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        load,
        load,
        anySettings,
        (desired, a, b, settings) => {
          const at = (value: number): number =>
            decideTasks(input(desired, [value, value, value]), settings).to;
          const [less, more] = [Math.min(a, b), Math.max(a, b)];
          expect(at(more)).to.be.at.least(at(less));
        },
      ),
      { numRuns },
    );
  });
});

describe("a metric that flaps every minute for a day", () => {
  it("changes the count no more often than the cooldown allows", () => {
    fc.assert(
      fc.property(anySettings, (settings) => {
        let state: EvaluationInput = input(Math.max(1, settings.min), [100]);
        let removals = 0;
        for (let minute = 0; minute < 24 * 60; minute += 1) {
          const value = minute % 2 === 0 ? 100 : 1;
          const fresh = input(state.desired, [value, value, value]);
          const now = fresh.now + minute * MINUTE;
          const points = fresh.series.cpu;
          const moved = (list: typeof points.in) =>
            list.map((point) => ({ ...point, time: point.time + minute * MINUTE }));
          const series = { cpu: { out: moved(points.out), in: moved(points.in) } };
          const one = { ...fresh, now, series, changes: state.changes };
          const decision = decideTasks(one, settings);
          if (decision.to < decision.from) removals += 1;
          state = decision.to === decision.from ? one : after(one, decision);
        }
        expect(removals).to.be.at.most((24 * 60) / 5);
      }),
      { numRuns: runs(20, 200) },
    );
  });
});

/** Returns the input of an evaluation right after a change. */
function after(
  one: EvaluationInput,
  { from, to, basis }: ReturnType<typeof decideTasks>,
): EvaluationInput {
  const changes = [...one.changes, { at: one.now, from, to, basis }];
  return { ...one, desired: to, changes };
}
