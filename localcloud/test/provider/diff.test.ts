import { expect } from "chai";
import { isSameInput } from "../../provider/diff";
import { ARCHIVE, ASSET, SIGNATURE } from "../../provider/values";

const text = (hash: string) => ({ [SIGNATURE]: ASSET, hash, text: `text of ${hash}` });
const file = (hash: string) => ({ [SIGNATURE]: ASSET, hash, path: `/tmp/${hash}` });
const archive = (assets: object, hash?: string) => ({ [SIGNATURE]: ARCHIVE, assets, hash });

describe("isSameInput", () => {
  it("compares archives by their content, wherever their files are and whatever computed the hash", () => {
    const one = archive({ "index.js": text("a") }, "whole");
    expect(isSameInput(one, archive({ "index.js": file("a") }))).to.equal(true);
    expect(isSameInput(one, archive({ "index.js": file("b") }))).to.equal(false);
    expect(isSameInput(one, archive({ "index.js": text("a"), "b.js": text("b") }))).to.equal(false);
  });

  it("treats null and absent values as the same, at every depth", () => {
    expect(isSameInput(null, undefined)).to.equal(true);
    expect(isSameInput({ a: 1 }, { a: 1, b: undefined })).to.equal(true);
    expect(isSameInput({ a: 1 }, { a: 2 })).to.equal(false);
  });
});
