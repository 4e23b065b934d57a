import { expect } from "chai";
import { deniedCalls } from "../../../localcloud/testing";
import { FleetProgram } from "./fleetProgram";

for (const NOTIFY of ["sns", "eventbridge"])
  describe(`an EniLifecycleHook told by ${NOTIFY} on the local cloud`, function () {
    this.timeout(300_000);
    let fleets: FleetProgram;
    before(async () => (fleets = await FleetProgram.start({ NOTIFY })));
    after(() => fleets?.close());

    it("gives every instance of two groups its interface, as they grow, shrink and grow again", async () => {
      for (const size of [5, 2, 5]) {
        await fleets.resize("fleet", size);
        await fleets.resize("other", 1);
        await fleets.minutes(6);
        await fleets.expectWhole({ fleet: size, other: 1 }, 1);
      }
      expect(deniedCalls(fleets.cloud)).to.deep.equal([]);
    });
  });
