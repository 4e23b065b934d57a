import { expect } from "chai";
import { variableChanges } from "../../../../callbacks/api/stagedApi/history/variables";
import { gateResultsText } from "../../../../callbacks/api/stagedApi/releases/gateResults";

describe("variableChanges", () => {
  it("sets changed variables, removes those set before, and keeps those set by others", () => {
    const now = { same: "1", other: "2", before: "3", theirs: "4" };
    const to = { same: "1", other: "5", new: "6" };
    expect(variableChanges(now, to, { before: "3", gone: "7" })).to.have.deep.members([
      { op: "remove", path: "/variables/before" },
      { op: "replace", path: "/variables/other", value: "5" },
      { op: "replace", path: "/variables/new", value: "6" },
    ]);
  });
});

describe("verdictText", () => {
  it("drops stage variables that do not fit into a parameter of 4 KB", () => {
    const passed = { version: "1", deploymentId: "a", variables: { short: "b" } };
    expect(gateResultsText({ passed })).to.equal(JSON.stringify({ passed }));
    const long = { ...passed, variables: { long: "c".repeat(4096) } };
    expect(gateResultsText({ passed: long, judge: "one" })).to.equal(
      '{"passed":{"version":"1","deploymentId":"a"},"judge":"one"}',
    );
  });
});
