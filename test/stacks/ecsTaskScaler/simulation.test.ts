import { expect } from "chai";
import { settingsOf } from "../../../components/ecs/ecsTaskScaler/scalingRules";
import type { Decision } from "../../../callbacks/ecs/scaling/model";
import { simulateTasks } from "../../../callbacks/ecs/scaling/simulation/simulateTasks";
import { ScalingProgram } from "./scalingProgram";

/**
 * What a task shows in each minute, whatever their count. In the middle a low alarm stays on in vain, for two tasks at 28
 * need 1.1: the scaler is called each five minutes at last, and finds then that less is needed. No evaluation falls on
 * the end of a cooldown: the deployed one runs some milliseconds later than the simulated one.
 */
const CPU = [
  ...[50, 50, 95, 95, 60, 60, 60, 90, 60, 50, 50, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 50, 95],
  ...Array<number>(30).fill(28),
  ...[22, 22, 22, 22, 22, 22, 50, 50],
];

describe("the simulator and the deployed callback", function () {
  this.timeout(300_000);
  let web: ScalingProgram;
  let rulesMadeAt = 0;
  before(async () => {
    web = await ScalingProgram.start({}, 30_000);
    rulesMadeAt = web.deployedAt;
    web.load(50);
    await web.minutes(4);
  });
  after(() => web?.close());

  it("evaluate at the same times of the same trace, and make the same decisions for the same reasons", async () => {
    await web.toMinute();
    const start = web.cloud.clock.now();
    for (const value of CPU) {
      web.load(value);
      await web.minutes(1);
    }
    const deployed = (await web.decisions()).filter(({ at }) => at >= start);

    const settings = settingsOf({
      cluster: "",
      service: "",
      min: 1,
      max: 6,
      metric: "cpu",
      scaleOut: { above: 70 },
      scaleIn: { below: 30, datapoints: 3 },
    });
    const trace = { start, every: 60, kind: "perTask" as const, values: CPU };
    const rows = await simulateTasks(trace, { settings, boot: 10, rulesMadeAt });
    // The simulation looks once at its beginning.
    const simulated = rows
      .slice(1)
      .flatMap(({ time, decisions }) => decisions.map((decision) => ({ ...decision, at: time })));
    const textOf = ({ at, from, to, why }: Decision & { readonly at: number }): string =>
      `minute ${Math.floor((at - start) / 60_000)}: ${from} -> ${to}, ${why}`;
    expect(deployed.map(textOf)).to.deep.equal(simulated.map(textOf));
    const gaps = simulated.map(({ at }, index) => at - (simulated[index - 1]?.at ?? at));
    expect(gaps, "looks each five minutes").to.include(300_000);
    expect(simulated.filter(({ from, to }) => from !== to).length).to.be.at.least(5);
  });
});
