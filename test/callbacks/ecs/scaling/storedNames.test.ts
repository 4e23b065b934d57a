import { expect } from "chai";
import { keptOf, storedCluster } from "../../../../callbacks/ecs/ecsClusterScaler/cluster";
import { fleetKeptOf, storedFleet } from "../../../../callbacks/ecs/spotFleetScaler/machines";

describe("the stored state of a scaler", () => {
  it("of a cluster keeps the names of its members, and their order, from version to version", () => {
    const stored = {
      victims: [{ ec2InstanceId: "i-1", since: 1 }],
      returning: ["i-2"],
      stirred: 2,
      hadLoneTasks: false,
    };
    expect(keptOf(stored)).to.deep.equal({
      leaving: stored.victims,
      returning: ["i-2"],
      lastActivity: 2,
      hadLoneTasks: false,
    });
    expect(JSON.stringify(storedCluster(keptOf(stored)))).to.equal(JSON.stringify(stored));
  });

  it("of a fleet keeps the names of its members, and their order, from version to version", () => {
    const stored = {
      victims: [{ ec2InstanceId: "i-1", since: 1, cause: "scaleIn" }],
      returning: [],
      interruptions: [3],
    };
    expect(fleetKeptOf(stored).leaving).to.deep.equal(stored.victims);
    expect(JSON.stringify(storedFleet(fleetKeptOf(stored)))).to.equal(JSON.stringify(stored));
  });

  it("is empty before the first evaluation", () => {
    expect(keptOf(undefined)).to.deep.equal({ leaving: [] });
    expect(fleetKeptOf(undefined)).to.deep.equal({ leaving: [], returning: [], interruptions: [] });
  });
});
