import { expect } from "chai";
import { settingsOf } from "../../../components/ecs/ecsClusterScaler/settings";
import { simulateCluster } from "../../../callbacks/ecs/ecsClusterScaler/simulation/simulateCluster";
import type { Decision } from "../../../callbacks/ecs/scaling/model";
import type { SimulatedRow } from "../../../callbacks/ecs/scaling/simulation/trace";
import { ClusterProgram } from "./clusterProgram";

const SECOND = 1_000;
const STEP = 10 * SECOND;
const MINUTE = 60 * SECOND;

/**
 * Desired tasks in each minute, of which an instance has room for two. Each change takes effect 30 seconds into a
 * minute. In the 53rd minute the draining of five instances has just begun, and then more is needed than `max` allows.
 */
const TASKS = [
  ...[1, 1, 1, 1, 3, 3, 3, 3, 8, 8, 8, 8, 8, 8, 8, 8],
  ...[5, 5, 5, 5, 5, 5, 5, 5, 5, 7, 7, 7, 7, 7, 7, 7, 7],
  ...[2, 2, 2, 2, 2, 2, 2, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9],
  ...[1, 1, 1, 14, 14, 14, 14, 14],
  ...Array<number>(18).fill(1),
];
/** Minutes at the beginning, in which the simulated tasks start and its alarms get their first datapoints. */
const LEAD = 4;
/** Seconds from a launch until the agent registers. */
const BOOT = 60;

describe("the simulator of a cluster and the deployed callback", function () {
  this.timeout(600_000);
  let nodes: ClusterProgram;
  before(async () => {
    nodes = await ClusterProgram.start({ MIN: "1", TARGET: "75" }, 47 * SECOND);
    nodes.keepPace(BOOT);
    // Tasks need a place on an instance only after the first one has registered.
    await nodes.minutes(5);
    await nodes.want(TASKS[0]);
    await nodes.minutes(5);
    await nodes.toMinute();
  });
  after(() => nodes?.close());

  it("evaluate at the same times of the same trace, and make the same decisions for the same reasons", async () => {
    const start = nodes.cloud.clock.now();
    await playTrace();
    const from = start + LEAD * MINUTE;
    const deployed = (await nodes.decisions()).filter(({ at }) => at >= from);
    const simulated = (await simulate(start))
      .filter(({ time }) => time >= from)
      .flatMap(({ time, decisions }) => decisions.map((decision) => ({ ...decision, at: time })));
    const textOf = ({ at, from: before, to, why }: Decision & { readonly at: number }): string => {
      const seconds = (Math.floor((at - start) / STEP) * STEP) / SECOND;
      // The ids of instances differ.
      return `second ${seconds}: ${before} -> ${to}, ${why.replace(/i-\w+/g, "instance")}`;
    };
    expect(deployed.map(textOf)).to.deep.equal(simulated.map(textOf));
    const changed = simulated.filter(({ from: before, to }) => before !== to);
    expect(changed.length).to.be.at.least(10);
    expect(simulated.map(({ why }) => why).join()).to.contain("kept within 1 to 6");
  });

  /** Advances in steps that wait for the function. */
  async function playTrace(): Promise<void> {
    for (const [index, count] of TASKS.entries()) {
      await nodes.minutes(0.4);
      // ECS reacts ten seconds later.
      if (count !== TASKS[index - 1]) await nodes.want(count);
      await nodes.minutes(0.6);
    }
  }

  function simulate(start: number): Promise<SimulatedRow[]> {
    const settings = settingsOf({
      ...{ cluster: "", group: "", min: 1, max: 6, target: 75 },
      scaleIn: { below: 60, datapoints: 3, cooldown: 120 },
      ...{ drainTimeout: 600, capacityTimeout: 300 },
    });
    const values = TASKS.flatMap((count, index) => [TASKS[index - 1] ?? count, count]);
    const sizes = {
      task: { cpu: 1024, memory: 1024 },
      instance: { cpu: 2048, memory: 7984 },
      ...{ boot: BOOT, instances: 1 },
    };
    const trace = { start, every: 30, kind: "tasks" as const, values };
    return simulateCluster(trace, { settings, sizes, rulesMadeAt: nodes.deployedAt });
  }
});
