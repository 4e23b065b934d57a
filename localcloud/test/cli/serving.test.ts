import { expect } from "chai";
import { servedBy } from "../../cli/up/serving";
import type { ResourceState } from "../../engine/state/state";

/** The properties of a resource that are read. */
const resource = (type: string, name: string, outputs: object): ResourceState =>
  ({ urn: `urn:pulumi:dev::p::${type}::${name}`, type, outputs }) as ResourceState;

describe("What serves a saved change", () => {
  const greeting = resource("aws:lambda/function:Function", "greeting", {
    name: "greeting-1a2b3c4",
    arn: "arn:aws:lambda:us-east-1:123456789012:function:greeting-1a2b3c4",
  });
  const trace = resource("aws:lambda/function:Function", "trace", { name: "trace-1a2b3c4" });
  const alias = (name: string, functionName: unknown, functionVersion: string): ResourceState =>
    resource("aws:lambda/alias:Alias", name, { name, functionName, functionVersion });
  const resources = [
    greeting,
    trace,
    alias("stage", greeting.outputs.arn, "3"),
    alias("prod", greeting.outputs.name, "1"),
    alias("live", "greeting", "9"),
  ];

  it("is the function, with the version of each of its aliases", () => {
    expect(servedBy([greeting], resources)).to.equal(
      "greeting version 3 at stage, version 1 at prod",
    );
    expect(servedBy([greeting, trace], resources)).to.match(/ at prod; trace$/);
    expect(servedBy([], resources)).to.equal("");
  });
});
