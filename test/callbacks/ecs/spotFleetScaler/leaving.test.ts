import { expect } from "chai";
import * as fc from "fast-check";
import type {
  LeavingFleetInstance,
  Market,
} from "../../../../callbacks/ecs/spotFleetScaler/machines";
import { unitsIn } from "../../../../callbacks/ecs/spotFleetScaler/machines";
import {
  chooseLeaving,
  keepLeaving,
  targetsOf,
} from "../../../../callbacks/ecs/spotFleetScaler/leaving";
import { isLeaving } from "../../../../callbacks/ecs/containerInstances/machines";
import { unitsOf, weightsOf } from "../../../../callbacks/ecs/spotFleetScaler/weights";
import { runs } from "../../../../localcloud/test/support/runs";
import { size, task } from "../ecsClusterScaler/clusters";
import { fleetMachine } from "./fleetMachines";

const NOW = Date.UTC(2026, 10, 20, 12);
const small = task(size(128, 128));
const idsOf = (leaving: readonly LeavingFleetInstance[]): string[] =>
  leaving.map(({ ec2InstanceId }) => ec2InstanceId);
const leavingInstance = (
  ec2InstanceId: string,
  cause: LeavingFleetInstance["cause"] = "scaleIn",
): LeavingFleetInstance => ({
  ec2InstanceId,
  since: NOW,
  cause,
});

describe("the instances that a lower target of a fleet removes", () => {
  const four = [
    fleetMachine("i-busy", { tasks: [small, small] }),
    fleetMachine("i-some", { tasks: [small] }),
    fleetMachine("i-empty"),
    fleetMachine("i-kept", { isProtected: true }),
  ];
  const chosen = (to: number, leaving: readonly LeavingFleetInstance[] = [], base = 0): string[] =>
    idsOf(chooseLeaving(four, leaving, { targets: targetsOf(to, base), now: NOW }));

  it("are those with the fewest tasks, and never a protected one", () => {
    expect(chosen(3)).to.deep.equal(["i-empty"]);
    expect(chosen(2)).to.deep.equal(["i-empty", "i-some"]);
    expect(chosen(0)).to.deep.equal(["i-empty", "i-some", "i-busy"]);
  });

  it("are one fewer for each that Spot interrupts anyway: nothing is counted twice", () => {
    expect(chosen(3, [leavingInstance("i-busy", "interruption")])).to.deep.equal(["i-busy"]);
    expect(chosen(2, [leavingInstance("i-busy", "rebalance")])).to.deep.equal([
      "i-busy",
      "i-empty",
    ]);
  });

  it("leave as many units as the target when instances have several", () => {
    const large = [fleetMachine("i-1", { units: 4 }), fleetMachine("i-2", { units: 4 })];
    const to = (total: number): string[] =>
      idsOf(chooseLeaving(large, [], { targets: targetsOf(total, 0), now: NOW }));
    expect(to(5)).to.deep.equal([]);
    expect(to(4)).to.deep.equal(["i-1"]);
  });

  it("leave the On-Demand base, and the Spot part of the target", () => {
    const mixed = [
      fleetMachine("i-base", { market: "on-demand" }),
      fleetMachine("i-1", { tasks: [small] }),
      fleetMachine("i-2", { tasks: [small] }),
    ];
    const targets = targetsOf(2, 1);
    expect(idsOf(chooseLeaving(mixed, [], { targets, now: NOW }))).to.deep.equal(["i-1"]);
  });

  it("return to service, the newest first, when the target rises or was never lowered", () => {
    const all = [leavingInstance("i-empty"), leavingInstance("i-some")];
    expect(idsOf(keepLeaving(four, all, targetsOf(2, 0)))).to.deep.equal(["i-empty", "i-some"]);
    expect(idsOf(keepLeaving(four, all, targetsOf(3, 0)))).to.deep.equal(["i-empty"]);
    expect(idsOf(keepLeaving(four, all, targetsOf(4, 0)))).to.deep.equal([]);
  });

  it("return to service when Spot interrupts another one meanwhile, which itself cannot", () => {
    const all = [leavingInstance("i-empty"), leavingInstance("i-busy", "interruption")];
    expect(idsOf(keepLeaving(four, all, targetsOf(3, 0)))).to.deep.equal(["i-busy"]);
  });

  it("are terminated once that was requested", () => {
    const ending = { ...leavingInstance("i-empty"), ending: true };
    expect(keepLeaving(four, [ending], targetsOf(4, 0))).to.deep.equal([ending]);
  });

  it("never leave less than the target of either market", () => {
    const anyMachine = fc.record({
      units: fc.integer({ min: 1, max: 5 }),
      market: fc.constantFrom<Market>("spot", "on-demand"),
      isProtected: fc.boolean(),
      tasks: fc.constantFrom([], [small], [small, small]),
      cause: fc.constantFrom(undefined, "scaleIn", "interruption", "rebalance" as const),
    });
    const property = fc.property(
      fc.array(anyMachine, { maxLength: 8 }),
      fc.nat(20),
      fc.nat(6),
      (given, to, base) => {
        const machines = given.map((one, index) => fleetMachine(`i-${index}`, one));
        const before = given.flatMap(({ cause }, index) =>
          cause ? [leavingInstance(`i-${index}`, cause as LeavingFleetInstance["cause"])] : [],
        );
        const targets = targetsOf(to, base);
        const kept = keepLeaving(machines, before, targets);
        const after = chooseLeaving(machines, kept, { targets, now: NOW });
        const notified = before.filter(({ cause }) => cause !== "scaleIn");
        expect(idsOf(after)).to.include.members(idsOf(notified));
        expect(keepLeaving(machines, after, targets)).to.deep.equal(after);
        for (const market of ["spot", "on-demand"] as const) {
          const there = machines.filter((one) => !isLeaving(notified, one));
          const staying = machines.filter((one) => !isLeaving(after, one));
          const least = Math.min(targets[market], unitsIn(there, market));
          expect(unitsIn(staying, market)).to.be.at.least(least);
        }
        const newOnes = after.filter((one) => !before.includes(one));
        const isProtected = (id: string): boolean =>
          machines.some((one) => one.ec2InstanceId === id && one.isProtected);
        expect(idsOf(newOnes).some(isProtected)).to.equal(false);
      },
    );
    fc.assert(property, { numRuns: runs(2_000, 50_000) });
  });
});

describe("the units of a fleet's instance", () => {
  const weights = weightsOf(
    [
      {
        Overrides: [
          { InstanceType: "m5.large" },
          { InstanceType: "m5.xlarge", WeightedCapacity: 2 },
          { InstanceType: "m5.xlarge", WeightedCapacity: 3, AvailabilityZone: "us-east-1b" },
        ],
      },
    ],
    [{ InstanceType: "c5.large", WeightedCapacity: 4 }],
  );

  it("are the weight of its type, in its zone if there is one, or one unit", () => {
    expect(unitsOf(weights, "m5.large", "us-east-1a")).to.equal(1);
    expect(unitsOf(weights, "m5.xlarge", "us-east-1a")).to.equal(2);
    expect(unitsOf(weights, "m5.xlarge", "us-east-1b")).to.equal(3);
    expect(unitsOf(weights, "c5.large", "us-east-1a")).to.equal(4);
    expect(unitsOf(weights, "t3.micro", "us-east-1a")).to.equal(1);
  });
});
