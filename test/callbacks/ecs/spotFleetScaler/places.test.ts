import { expect } from "chai";
import {
  fleetKeptOf,
  type RememberedFleet,
} from "../../../../callbacks/ecs/spotFleetScaler/machines";
import { needOf, sizeOfNext } from "../../../../callbacks/ecs/spotFleetScaler/places";
import { EMPTY, size, task } from "../ecsClusterScaler/clusters";
import { fleetMachine } from "./fleetMachines";

/** Half an instance. */
const HALF = size(1024, 1024);
const FULL = { tasks: [task(HALF), task(HALF)] };
const waiting = (count: number, of = HALF) => [{ service: "web", count, size: of }];
const kept = (more: Partial<RememberedFleet> = {}): RememberedFleet => ({
  ...fleetKeptOf(undefined),
  next: { size: EMPTY, units: 1 },
  ...more,
});

describe("units that a fleet needs for waiting tasks", () => {
  it("are none while nothing waits, or there is room", () => {
    const rests = false;
    const machines = [fleetMachine("i-1", FULL), fleetMachine("i-2")];
    const at = { desired: 2, kept: kept(), rests };
    expect(needOf(machines, [], at)).to.include({ wanted: 0, least: 0 });
    expect(needOf(machines, waiting(2), at)).to.include({ wanted: 0, least: 2 });
  });

  it("are those of the instances that they fill, where requested ones count as empty", () => {
    const machines = [fleetMachine("i-1", FULL), fleetMachine("i-2", FULL)];
    const at = { kept: kept(), rests: false };
    expect(needOf(machines, waiting(3), { ...at, desired: 2 })).to.deep.include({
      wanted: 4,
      why: "3 tasks wait for a place",
    });
    expect(needOf(machines, waiting(3), { ...at, desired: 3 }).wanted).to.equal(4);
    expect(needOf(machines, waiting(3), { ...at, desired: 4 }).wanted).to.equal(0);
  });

  it("count the weight of an instance, of several types the one with the least memory per unit", () => {
    const large = fleetMachine("i-1", { ...FULL, units: 2 });
    const small = fleetMachine("i-2", { ...FULL, units: 1 });
    expect(sizeOfNext([small, large])).to.deep.equal({ size: EMPTY, units: 2 });
    const at = { desired: 3, kept: kept({ next: sizeOfNext([small, large]) }), rests: false };
    expect(needOf([large, small], waiting(3), at).wanted).to.equal(7);
  });

  it("are not requested again for a leaving instance: the fleet replaces it", () => {
    const leaving = [{ ec2InstanceId: "i-1", since: 0, cause: "interruption" as const }];
    const machines = [fleetMachine("i-1", { ...FULL, status: "DRAINING" })];
    const at = { desired: 1, kept: kept({ leaving }), rests: false };
    expect(needOf(machines, waiting(2), at).wanted).to.equal(0);
    expect(needOf(machines, waiting(3), at).wanted).to.equal(2);
  });

  it("are one when no instance was ever seen, and no more until it is there", () => {
    const none = kept({ next: undefined });
    const at = { kept: none, rests: false };
    expect(needOf([], waiting(9), { ...at, desired: 0 }).wanted).to.equal(1);
    expect(needOf([], waiting(9), { ...at, desired: 1 }).wanted).to.equal(0);
  });

  it("are none for a task that fits on no instance, which is reported", () => {
    const at = { desired: 1, kept: kept(), rests: false };
    const { wanted, tooLarge } = needOf([fleetMachine("i-1")], waiting(1, size(0, 16_000)), at);
    expect([wanted, tooLarge.length]).to.deep.equal([0, 1]);
    expect(tooLarge[0]).to.contain("no instance has that, even when it is empty");
  });
});
