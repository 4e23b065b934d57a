import { expect } from "chai";
import { countsOf, newTarget } from "../../../../callbacks/ecs/spotFleetScaler/fleets";

const FLEET = {
  id: "fleet-1",
  type: "maintain",
  state: "active",
  target: 4,
  fulfilled: 3,
  weights: [],
};

describe("the counts of a fleet", () => {
  it("are its target, its fulfilled capacity, and its On-Demand part", () => {
    expect(countsOf({ ...FLEET, onDemand: 1, market: "spot" })).to.deep.equal({
      desired: 4,
      running: 3,
      pending: 1,
      onDemand: 1,
    });
  });

  it("are refused for a fleet whose target consists of On-Demand Instances: it would have no Spot to choose from", () => {
    expect(() => countsOf({ ...FLEET, market: "on-demand" }))
      .to.throw(
        "The fleet fleet-1 has the DefaultTargetCapacityType on-demand; make one with spot, and say by onDemandBase what is to be On-Demand.",
      )
      .with.property("name", "ScalingRefused");
  });
});

describe("the new target of a fleet", () => {
  const counts = (onDemand: number) => countsOf({ ...FLEET, onDemand });

  it("does not mention an unchanged On-Demand part", () => {
    expect(newTarget(6, 0, counts(0))).to.deep.equal({ target: 6 });
    expect(newTarget(6, 2, counts(2))).to.deep.equal({ target: 6 });
  });

  it("sets On-Demand to its base, and never above the target", () => {
    expect(newTarget(6, 2, counts(0))).to.deep.equal({ target: 6, onDemand: 2 });
    expect(newTarget(1, 2, counts(2))).to.deep.equal({ target: 1, onDemand: 1 });
  });
});
