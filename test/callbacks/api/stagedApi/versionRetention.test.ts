import { expect } from "chai";
import * as fc from "fast-check";
import {
  deploymentsToDelete,
  versionsToDelete,
} from "../../../../callbacks/api/stagedApi/releases/versionRetention";
import { LEAST_KEPT } from "../../../../components/api/stagedApi/args";
import { runs } from "../../../../localcloud/test/support/runs";

describe("versionsToDelete", () => {
  it("keeps the newest versions and deletes the oldest first", () => {
    expect(versionsToDelete(["1", "2", "10", "9"], [], 2)).to.deep.equal(["1", "2"]);
  });

  it("counts a version in use among those that are kept", () => {
    expect(versionsToDelete(["1", "2", "3", "4", "5"], ["1"], 3)).to.deep.equal(["2", "3"]);
  });

  it("keeps every version in use even when they are more than the limit", () => {
    expect(versionsToDelete(["1", "2", "3", "4"], ["1", "2", "3"], 3)).to.deep.equal([]);
  });

  it("keeps versions that further rollbacks return to before newer ones, the next first, within the limit", () => {
    const versions = ["1", "2", "3", "4", "5", "6"];
    expect(versionsToDelete(versions, [], 3, ["2", "1"])).to.deep.equal(["3", "4", "5"]);
    expect(versionsToDelete(versions, [], 2, ["2", "1"])).to.deep.equal(["1", "3", "4", "5"]);
    expect(versionsToDelete(versions, ["4"], 2, ["9", "2"])).to.deep.equal(["1", "2", "3", "5"]);
  });

  it("keeps exactly N of many, whichever five besides the newest are needed", () => {
    const inUse = fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { maxLength: LEAST_KEPT - 1 });
    fc.assert(
      fc.property(inUse, fc.integer({ min: LEAST_KEPT, max: 20 }), (held, keep) => {
        const all = Array.from({ length: 50 }, (_value, index) => String(index + 1));
        const deleted = versionsToDelete(all, held.map(String), keep);
        expect(all.length - deleted.length).to.equal(keep);
        expect(deleted).not.to.include("50");
        for (const version of held) expect(deleted).not.to.include(String(version));
      }),
      { numRuns: runs(500, 20_000) },
    );
  });

  it("never deletes $LATEST, which is not a published version", () => {
    expect(versionsToDelete(["$LATEST", "1"], ["$LATEST"], 3)).to.deep.equal([]);
  });

  it("keeps at most N or those in use, and never deletes the newest or one in use", () => {
    const versions = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 1 });
    const held = fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 5 });
    fc.assert(
      fc.property(versions, held, fc.integer({ min: 3, max: 20 }), (all, inUse, keep) => {
        const names = all.map(String);
        const deleted = versionsToDelete(names, inUse.map(String), keep);
        const kept = names.filter((name) => !deleted.includes(name));
        const needed = new Set([Math.max(...all), ...inUse.filter((n) => all.includes(n))]);
        expect(kept).to.include.members([...needed].map(String));
        expect(kept.length).to.equal(Math.max(needed.size, Math.min(keep, all.length)));
      }),
      { numRuns: runs(500, 20_000) },
    );
  });
});

describe("deploymentsToDelete", () => {
  it("deletes the deployments that nothing uses", () => {
    expect(deploymentsToDelete(["a", "b", "c"], ["b", "x"])).to.deep.equal(["a", "c"]);
  });
});
