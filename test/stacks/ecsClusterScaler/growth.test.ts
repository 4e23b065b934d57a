import { expect } from "chai";
import { deniedCalls } from "../../../localcloud/testing";
import { ClusterProgram } from "./clusterProgram";

/** Minutes that a task may wait for a place. */
const AIM = 5;

/** One after another on one stack; each task takes half an instance. */
describe("an EcsClusterScaler that grows on the local cloud", function () {
  this.timeout(280_000);
  let nodes: ClusterProgram;
  before(async () => {
    nodes = await ClusterProgram.start({ MIN: "1" });
    await nodes.minutes(5);
  });
  after(() => nodes?.close());

  it("grows for tasks that find no place, in a step and in a burst, in time for all of them", async () => {
    expect((await nodes.instances()).length).to.equal(1);
    await nodes.want(5);
    const step = await nodes.minutesUntilRunning(5);
    await nodes.want(12);
    const burst = await nodes.minutesUntilRunning(12);
    console.log(`      longest wait: step ${step.toFixed(1)} min, burst ${burst.toFixed(1)} min`);
    expect(Math.max(step, burst)).to.be.at.most(AIM);
    expect([await nodes.running(), await nodes.desired()]).to.deep.equal([12, 6]);
    const changed = (await nodes.decisions()).filter(({ outcome }) => outcome === "changed");
    expect(changed.map(({ why }) => why).join()).to.contain("tasks wait for a place");
    expect(deniedCalls(nodes.cloud)).to.deep.equal([]);
  });
});
