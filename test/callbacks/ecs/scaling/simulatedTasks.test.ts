import { expect } from "chai";
import { SimulatedTasks } from "../../../../callbacks/ecs/scaling/simulation/simulatedTasks";

const SECOND = 1_000;
const BOOT = 60;

describe("the simulated tasks of a service", () => {
  it("remove those first that were requested last, however often the count is lowered", () => {
    const tasks = new SimulatedTasks(1, BOOT);
    tasks.change(3, 0);
    tasks.change(5, 10 * SECOND);
    tasks.change(7, 20 * SECOND);
    // Two of the newest, then two of those that were requested after 10 seconds.
    tasks.change(6, 25 * SECOND);
    tasks.change(5, 26 * SECOND);
    tasks.change(3, 27 * SECOND);
    const runningAfter = [BOOT, BOOT + 10, BOOT + 20].map((seconds) => {
      tasks.pass(seconds * SECOND);
      return tasks.running;
    });
    expect(runningAfter).to.deep.equal([3, 3, 3]);
  });
});
