import { expect } from "chai";
import type {
  ClusterState,
  RememberedCluster,
} from "../../../../callbacks/ecs/ecsClusterScaler/cluster";
import { nextDrains } from "../../../../callbacks/ecs/containerInstances/drains";
import { returningOf } from "../../../../callbacks/ecs/containerInstances/returning";
import { planOf } from "../../../../callbacks/ecs/ecsClusterScaler/plan";
import { removalOrder } from "../../../../callbacks/ecs/containerInstances/removalOrder";
import { cluster, machine, size, task } from "./clusters";

const NOW = Date.UTC(2026, 10, 20, 12);
const SECOND = 1_000;
const small = task(size(128, 128));

const leavingInstance = (id: string, age: number, ending?: boolean) => ({
  ec2InstanceId: id,
  since: NOW - age * SECOND,
  ...(ending ? { ending } : {}),
});

function next(state: ClusterState, kept: RememberedCluster) {
  const drains = nextDrains(state, kept, { now: NOW, drainTimeout: 900 });
  const ids = (all: readonly { ec2InstanceId: string }[]): string[] =>
    all.map(({ ec2InstanceId }) => ec2InstanceId);
  const { ended, stuck, drained, done, leaving, restUntil } = drains;
  const named = { ended: ids(ended), stuck: ids(stuck), drained: ids(drained) };
  return { ...named, done, leaving, restUntil };
}

describe("the order in which instances are removed", () => {
  it("begins with the fewest tasks, daemons not counted, then old agents, then the fullest zone", () => {
    const daemon = task(size(1, 1), "agent", true);
    const order = removalOrder(
      cluster([
        machine("i-busy", [small, small]),
        machine("i-some", [small]),
        machine("i-daemon", [daemon, daemon], { zone: "b" }),
        machine("i-old", [], { agentVersion: "1.9.0", zone: "b" }),
        machine("i-standby", [], { isCapacity: false }),
        machine("i-kept", [], { isProtected: true }),
        machine("i-empty", [], { zone: "a" }),
      ]),
      [],
    ).map(({ ec2InstanceId }) => ec2InstanceId);
    expect(order).to.deep.equal(["i-old", "i-empty", "i-daemon", "i-some", "i-busy"]);
  });

  it("begins with the oldest version of the launch template, whatever its tasks", () => {
    const order = removalOrder(
      cluster([
        machine("i-new", [], { templateVersion: "10" }),
        machine("i-busy", [small, small], { templateVersion: "9" }),
        machine("i-some", [small], { templateVersion: "9" }),
      ]),
      [],
    ).map(({ ec2InstanceId }) => ec2InstanceId);
    expect(order).to.deep.equal(["i-some", "i-busy", "i-new"]);
  });
});

describe("changing the count of instances", () => {
  const state = cluster([machine("i-1"), machine("i-2", [small]), machine("i-3", [small, small])]);

  it("drains the instances to remove, and never lowers the desired capacity first, which would let the group choose", () => {
    expect(planOf(state, { leaving: [] }, { to: 1, now: NOW })).to.deep.equal({
      leaving: [leavingInstance("i-1", 0), leavingInstance("i-2", 0)],
      undrained: [],
      drained: ["i-1", "i-2"],
    });
  });

  it("cancels capacity that has not begun to start before it drains anything", () => {
    const plan = planOf({ ...state, desiredCapacity: 5 }, { leaving: [] }, { to: 2, now: NOW });
    expect(plan).to.deep.include({ drained: ["i-1"], desiredCapacity: 3 });
  });

  it("reactivates draining instances before it requests new ones", () => {
    const leaving = [leavingInstance("i-1", 60), leavingInstance("i-2", 30)];
    const one = planOf(state, { leaving }, { to: 2, now: NOW });
    expect(one).to.deep.equal({ leaving: [leaving[0]], undrained: ["i-2"], drained: [] });
    const more = planOf(state, { leaving }, { to: 5, now: NOW });
    expect(more).to.deep.include({ undrained: ["i-1", "i-2"], desiredCapacity: 5, leaving: [] });
    const ending = [leavingInstance("i-1", 10, true)];
    const late = planOf(state, { leaving: ending }, { to: 3, now: NOW });
    expect(late).to.deep.equal({ leaving: ending, undrained: [], drained: [], desiredCapacity: 4 });
    expect(planOf(state, { leaving }, { to: 1, now: NOW })).to.deep.include({ undrained: [] });
  });
});

describe("drains", () => {
  const empty = machine("i-1", [], { status: "DRAINING" });
  const busy = machine("i-2", [small], { status: "DRAINING" });
  const job = machine("i-3", [task(size(1, 1), "")], { status: "DRAINING" });
  const state = cluster([empty, busy, job]);

  it("terminate an instance without tasks, and wait for the others", () => {
    const leaving = [
      leavingInstance("i-1", 60),
      leavingInstance("i-2", 60),
      leavingInstance("i-3", 60),
    ];
    const drains = next(state, { leaving });
    expect(drains).to.deep.include({ ended: ["i-1"], stuck: [], drained: [] });
    expect(drains.leaving[0]).to.deep.equal(leavingInstance("i-1", 0, true));
    expect(drains.done).to.deep.equal(["i-1 ends"]);
  });

  it("are stuck after the timeout when a service keeps its task, with its name, and pause then", () => {
    const drains = next(state, { leaving: [leavingInstance("i-2", 900)] });
    expect(drains).to.deep.include({ ended: [], stuck: ["i-2"], leaving: [] });
    expect(drains.done[0]).to.match(
      /^i-2 accepts tasks again: those of web did not move within 900 s/,
    );
    expect(drains.restUntil).to.equal(NOW + 3600 * SECOND);
  });

  it("stop RunTask's tasks after the timeout, and list them", () => {
    const drains = next(state, { leaving: [leavingInstance("i-3", 901)] });
    expect(drains).to.deep.include({
      ended: ["i-3"],
      done: ["i-3 ends, and with it the tasks arn:task/"],
    });
  });

  it("are requested again when ECS missed them, like a termination that did not happen", () => {
    const active = cluster([machine("i-1", [small])]);
    expect(next(active, { leaving: [leavingInstance("i-1", 60)] }).drained).to.deep.equal(["i-1"]);
    expect(next(state, { leaving: [leavingInstance("i-1", 10, true)] }).ended).to.deep.equal([]);
    expect(next(state, { leaving: [leavingInstance("i-1", 40, true)] }).ended).to.deep.equal([
      "i-1",
    ]);
  });

  it("forget instances that the group no longer has", () => {
    expect(next(state, { leaving: [leavingInstance("i-9", 60)] }).leaving).to.deep.equal([]);
  });

  it("that are given up are remembered until the instance accepts tasks again", () => {
    const { machines } = cluster([machine("i-1", [small], { status: "DRAINING" })]);
    const given = returningOf(machines, { leaving: [leavingInstance("i-1", 60)] }, []);
    expect(given).to.deep.equal(["i-1"]);
    // The run that should have set the status in ECS has died: the next evaluation finds no leaving instance any more.
    expect(returningOf(machines, { leaving: [], returning: given }, [])).to.deep.equal(["i-1"]);
    const back = [leavingInstance("i-1", 0)];
    expect(returningOf(machines, { leaving: [], returning: given }, back)).to.deep.equal([]);
    const { machines: active } = cluster([machine("i-1", [small])]);
    expect(returningOf(active, { leaving: [], returning: given }, [])).to.deep.equal([]);
  });
});
