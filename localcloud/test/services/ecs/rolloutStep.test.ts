import { expect } from "chai";
import * as fc from "fast-check";
import {
  failureThreshold,
  restartDelay,
} from "../../../services/ecs/model/services/circuitBreaker";
import { rolloutStep } from "../../../services/ecs/model/services/rolloutStep";

/** Simulates a whole deployment: before the next step, every started task runs and every stopped one has ended. */
function play(desired: number, minimum: number, maximum: number, room?: number) {
  const steps: string[] = [];
  let old = desired;
  let fresh = 0;
  for (let round = 0; round < 500; round += 1) {
    const step = rolloutStep({
      desired,
      minimumHealthyPercent: minimum,
      maximumPercent: maximum,
      primary: { pending: 0, running: fresh },
      old: { pending: 0, running: old },
      stopping: 0,
      room: room === undefined ? undefined : room - old - fresh,
    });
    if (step.start + step.stopOldRunning === 0) return { steps, old, fresh, stuck: step.stuck };
    // While the new tasks start, the stopped old ones have already ended.
    const least = old - step.stopOldRunning + fresh;
    const most = old + fresh + step.start;
    steps.push(`+${step.start} -${step.stopOldRunning}`);
    old -= step.stopOldRunning;
    fresh += step.start;
    expect(least, "healthy").to.be.at.least(Math.ceil((desired * minimum) / 100));
    expect(most, "tasks").to.be.at.most(Math.max(desired, Math.floor((desired * maximum) / 100)));
  }
  throw new Error("The deployment never came to an end.");
}

describe("rolloutStep", () => {
  it("starts all new tasks first if twice the tasks may exist", () => {
    expect(play(4, 100, 200)).to.deep.include({ steps: ["+4 -0", "+0 -4"], fresh: 4, old: 0 });
  });

  it("stops old tasks first if no more tasks may exist", () => {
    expect(play(4, 50, 100).steps).to.deep.equal(["+0 -2", "+2 -0", "+0 -2", "+2 -0"]);
  });

  it("rounds the minimum up and the maximum down", () => {
    expect(play(3, 50, 100).steps[0]).to.equal("+0 -1");
    expect(play(3, 100, 150).steps[0]).to.equal("+1 -0");
    expect(play(3, 100, 125)).to.deep.include({ steps: [], stuck: true });
    expect(play(2, 75, 100)).to.deep.include({ steps: [], stuck: true });
  });

  it("makes room in a full cluster, as the minimum allows", () => {
    expect(play(2, 50, 200, 2).steps).to.deep.equal(["+0 -1", "+1 -0", "+0 -1", "+1 -0"]);
    expect(play(2, 100, 200, 2)).to.deep.include({ steps: [], stuck: false });
  });

  it("ends with the desired new tasks and no old ones, or reports that it is stuck", () => {
    const count = fc.integer({ min: 0, max: 60 });
    const minimum = fc.integer({ min: 0, max: 100 });
    const maximum = fc.integer({ min: 100, max: 200 });
    fc.assert(
      fc.property(count, minimum, maximum, (desired, least, most) => {
        const { old, fresh, stuck } = play(desired, least, most);
        if (!stuck) expect({ old, fresh }).to.deep.equal({ old: 0, fresh: desired });
        const slack =
          Math.floor((desired * most) / 100) > desired ||
          Math.ceil((desired * least) / 100) < desired;
        expect(stuck).to.equal(desired > 0 && !slack);
      }),
    );
  });
});

describe("failureThreshold", () => {
  const breaker = { enable: true, rollback: true };
  it("is half of the desired count, at least 3 and at most 200", () => {
    const thresholds = [0, 1, 2, 6, 7, 25, 399, 400, 401, 5000].map((desired) =>
      failureThreshold(breaker, desired),
    );
    expect(thresholds).to.deep.equal([3, 3, 3, 3, 4, 13, 200, 200, 200, 200]);
  });

  it("follows the configured threshold", () => {
    const threshold = (type: "COUNT" | "BOUNDED_PERCENT" | "UNBOUNDED_PERCENT", value: number) =>
      failureThreshold({ ...breaker, thresholdConfiguration: { type, value } }, 1000);
    expect(threshold("COUNT", 7)).to.equal(7);
    expect(threshold("BOUNDED_PERCENT", 80)).to.equal(200);
    expect(threshold("UNBOUNDED_PERCENT", 80)).to.equal(800);
  });

  it("is off unless it is enabled", () => {
    expect(failureThreshold(undefined, 10)).to.equal(undefined);
    expect(failureThreshold({ enable: false, rollback: false }, 10)).to.equal(undefined);
  });
});

describe("restartDelay", () => {
  it("grows with every failing round up to a quarter of an hour", () => {
    expect([1, 3, 4, 5, 6, 40].map(restartDelay)).to.deep.equal([
      0, 0, 10_000, 20_000, 40_000, 900_000,
    ]);
  });
});
