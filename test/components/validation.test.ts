import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { argumentError } from "../../components/validation";
import { mockPulumi } from "../support/graph/pulumiMocks";

describe("The error about a wrong argument", () => {
  before(() => void mockPulumi());
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;

  const cases: readonly (readonly [unknown, string])[] = [
    [pulumi.output(1), "an Output"],
    [[pulumi.secret("hidden")], '["an Output"]'],
    [{ min: pulumi.output(1), max: 2 }, '{"min":"an Output","max":2}'],
    [Promise.resolve(1), "a promise"],
    [NaN, "NaN"],
    [{ min: -Infinity }, '{"min":"-Infinity"}'],
    [5n, "5"],
    [cycle, "an object that contains itself"],
    [undefined, "undefined"],
    [() => 1, "function"],
  ];
  for (const [given, shown] of cases)
    it(`shows ${shown}`, () => {
      const { message } = argumentError(undefined, "min", given, "allowed are numbers");
      expect(message).to.equal(`min: given ${shown}; allowed are numbers.`);
    });
});
