import { expect } from "chai";
import { inspectLarge, LARGE_BYTES, MB } from "../../../../support/zips/zipInspection";

describe("the inspection of a zip of 50 MB", function () {
  this.timeout(60_000);

  it("never uses half of that memory", async () => {
    const { verdict, reads, most } = await inspectLarge(true);
    expect(verdict.accepted, JSON.stringify(verdict)).to.equal(true);
    // Everything was read, in windows of a megabyte.
    expect(reads * MB).to.be.at.least(LARGE_BYTES);
    expect(most).to.be.below(LARGE_BYTES / 2);
  });
});
