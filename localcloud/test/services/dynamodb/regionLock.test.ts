import { expect } from "chai";
import { RegionLock } from "../../../services/dynamodb/model/regionLock";

describe("RegionLock", () => {
  it("runs exclusive work alone, after what came before and before what came after", async () => {
    const lock = new RegionLock();
    const events: string[] = [];
    let running = 0;
    const work = (name: string, alone: boolean) => async (): Promise<void> => {
      running += 1;
      if (alone) expect(running).to.equal(1);
      events.push(name);
      await new Promise((resolve) => setImmediate(resolve));
      if (alone) expect(running).to.equal(1);
      running -= 1;
    };
    await Promise.all([
      lock.shared(work("a", false)),
      lock.shared(work("b", false)),
      lock.exclusive(work("c", true)),
      lock.shared(work("d", false)),
    ]);
    expect(events).to.deep.equal(["a", "b", "c", "d"]);
  });

  it("continues after failed work", async () => {
    const lock = new RegionLock();
    const failed = await lock
      .exclusive(() => Promise.reject(new Error("no")))
      .catch((error: Error) => error.message);
    expect(failed).to.equal("no");
    expect(await lock.shared(async () => "yes")).to.equal("yes");
  });
});
