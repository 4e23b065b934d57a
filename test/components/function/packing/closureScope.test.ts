import { expect } from "chai";
import {
  type AnyFunction,
  capturedVariables,
} from "../../../../components/function/packing/captures/closureScope";

const shared = { of: "the file" };
const hidden = "of the file";

describe("The variables in a function's scopes", () => {
  it("are read from every scope around it, as the values themselves", () => {
    const near = ["of the block"];
    const fn: AnyFunction = () => [shared, near];
    const values = capturedVariables(fn, ["near", "shared"]);
    expect(values.get("near")).to.equal(near);
    expect(values.get("shared")).to.equal(shared);
  });

  it("are the innermost ones of those with the same name", () => {
    const outer: AnyFunction = () => hidden;
    expect(capturedVariables(outer, ["hidden"]).get("hidden")).to.equal("of the file");
    {
      const hidden = "of the block";
      const inner: AnyFunction = () => hidden;
      expect(capturedVariables(inner, ["hidden"]).get("hidden")).to.equal("of the block");
    }
  });

  it("exclude globals and undefined names", () => {
    const fn: AnyFunction = () => shared;
    const values = capturedVariables(fn, ["process", "missing", "shared"]);
    expect([...values.keys()]).to.deep.equal(["shared"]);
  });

  it("exclude a variable that is not initialized yet, and include the others", () => {
    const fn: AnyFunction = () => [later, shared];
    const values = capturedVariables(fn, ["later", "shared"]);
    const later = "later";
    expect(values.get("later")).to.equal(undefined);
    expect(values.get("shared")).to.equal(shared);
    expect(capturedVariables(fn, ["later"]).get("later")).to.equal(later);
  });
});
