import { expect } from "chai";
import {
  decideWorkers,
  type WorkerGroup,
} from "../../../../callbacks/delivery/zipToLambdaPipeline/checker/decideWorkers";

const EMPTY = { visible: 0, inFlight: 0, delayed: 0 };
const ZIPS_PER_WORKER = 5;

function groupOf(workers: string, more: Partial<WorkerGroup> = {}): WorkerGroup {
  const all = [...workers].map((one) => ({ isIdle: one === "i" }));
  return { min: 0, max: 4, desired: all.length, workers: all, ...more };
}

describe("decideWorkers", () => {
  /** Workers are written "b" for busy or booting, "i" for idle. */
  const cases: [what: string, zips: Partial<typeof EMPTY>, workers: string, desired: number][] = [
    ["none without a zip", {}, "", 0],
    ["one for the first zip", { visible: 1 }, "", 1],
    ["one for so many zips as one is to have", { visible: 5 }, "", 1],
    ["two for one more", { visible: 6 }, "", 2],
    ["zips that are worked on count as well", { visible: 3, inFlight: 3 }, "bb", 2],
    ["no more than the group may have", { visible: 1000 }, "b", 4],
    ["who works stays, however few zips there are", { inFlight: 1 }, "bbb", 3],
    ["who boots stays until it has seen that there is nothing", {}, "b", 1],
    ["who is idle goes", {}, "bi", 1],
    ["all who are idle go", {}, "iii", 0],
    ["who is idle stays where there are zips for it", { visible: 8 }, "bi", 2],
    ["an idle worker is one for a zip that comes", { visible: 1 }, "i", 1],
    ["zips that wait for something call nobody", { delayed: 3 }, "", 0],
  ];
  for (const [what, zips, workers, desired] of cases)
    it(`${what}: ${JSON.stringify(zips)} and "${workers}" make ${desired}`, () => {
      const decided = decideWorkers({ ...EMPTY, ...zips }, groupOf(workers), ZIPS_PER_WORKER);
      expect(decided.desired).to.equal(desired);
    });

  it("does not count a worker twice that the group is about to end", () => {
    // One of three was about to be terminated, and has received a zip since.
    const group = groupOf("bbb", { desired: 2 });
    expect(decideWorkers(EMPTY, group, ZIPS_PER_WORKER).desired).to.equal(3);
    const stillThere = groupOf("bbi", { desired: 2 });
    expect(decideWorkers(EMPTY, stillThere, ZIPS_PER_WORKER).desired).to.equal(2);
  });

  it("cancels requested workers that have not started, once there is nothing to do", () => {
    const decided = decideWorkers(EMPTY, groupOf("", { desired: 3 }), ZIPS_PER_WORKER);
    expect(decided).to.deep.equal({ desired: 0, isAwake: true });
  });

  it("keeps the minimum of the group", () => {
    const decided = decideWorkers(EMPTY, groupOf("i", { min: 1 }), ZIPS_PER_WORKER);
    expect(decided).to.deep.equal({ desired: 1, isAwake: false });
  });

  it("sleeps only with an empty queue and an empty group", () => {
    const isAwake = (zips: object, group: WorkerGroup): boolean =>
      decideWorkers({ ...EMPTY, ...zips }, group, ZIPS_PER_WORKER).isAwake;
    expect(isAwake({}, groupOf(""))).to.equal(false);
    expect(isAwake({ visible: 1 }, groupOf(""))).to.equal(true);
    expect(isAwake({ inFlight: 1 }, groupOf(""))).to.equal(true);
    expect(isAwake({ delayed: 1 }, groupOf(""))).to.equal(true);
    expect(isAwake({}, groupOf("i"))).to.equal(true);
    expect(isAwake({}, groupOf("", { desired: 1 }))).to.equal(true);
  });
});
