import { expect } from "chai";
import { settingsOf } from "../../../components/ecs/ecsTaskScaler/scalingRules";
import { simulate } from "../../../callbacks/ecs/scaling/simulate";
import { ScalingProgram } from "./scalingProgram";

/** CPU of each task in each minute, whatever their count. */
const CPU = [50, 50, 95, 95, 60, 60, 60, 90, 60, 50, 20, 20, 20, 20, 20, 20, 20, 20, 50, 50];

describe("the simulator and the deployed callback", function () {
  this.timeout(300_000);
  let web: ScalingProgram;
  before(async () => {
    web = await ScalingProgram.start();
    web.load(50);
    await web.minutes(4);
  });
  after(() => web?.close());

  it("make the same changes on the same trace, in the same order and for the same reasons", async () => {
    await web.toMinute();
    const start = web.cloud.clock.now();
    for (const value of CPU) {
      web.load(value);
      await web.minutes(1);
    }
    await web.minutes(1);
    const deployed = (await web.decisions())
      .filter(({ at, outcome }) => at >= start && outcome === "changed")
      .map(({ from, to, why }) => `${from} -> ${to}: ${why}`);

    const settings = settingsOf({
      cluster: "",
      service: "",
      min: 1,
      max: 6,
      metric: "cpu",
      scaleOut: { above: 70 },
      scaleIn: { below: 30, datapoints: 3 },
    });
    const trace = { start, every: 60, kind: "perTask" as const, values: [...CPU, 50] };
    const simulated = simulate(trace, settings, { boot: 10 })
      .flatMap(({ decision }) => (decision && decision.to !== decision.from ? [decision] : []))
      .map(({ from, to, why }) => `${from} -> ${to}: ${why}`);
    expect(simulated.length).to.be.at.least(4);
    expect(deployed).to.deep.equal(simulated);
  });
});
