import { expect } from "chai";
import type {
  ClusterState,
  RememberedCluster,
} from "../../../../callbacks/ecs/ecsClusterScaler/cluster";
import { needOf } from "../../../../callbacks/ecs/ecsClusterScaler/need";
import { cluster, EMPTY, machine, size, task } from "./clusters";

const NOW = Date.UTC(2026, 10, 20, 12);
const KEPT: RememberedCluster = { leaving: [], size: EMPTY };

function need(state: ClusterState, kept: Partial<RememberedCluster> = {}, spare = 0) {
  return needOf(state, { ...KEPT, ...kept }, { spare, now: NOW });
}

const half = size(1024, 512);
const waiting = (count: number, of = half) => [{ service: "web", count, size: of }];

describe("how many instances a cluster needs", () => {
  it("is as many more as the waiting tasks fill, after those with room or on their way", () => {
    const full = machine("i-1", [task(half), task(half)]);
    expect(need(cluster([full], { waiting: waiting(5) })).wanted).to.equal(4);
    const free = machine("i-2", [task(half)]);
    expect(need(cluster([full, free], { waiting: waiting(5) })).wanted).to.equal(4);
    // Two were requested and are not there yet: they have room for four.
    const asked = { waiting: waiting(5), desiredCapacity: 3 };
    expect(need(cluster([full], asked)).wanted).to.equal(4);
    expect(need(cluster([full], { ...asked, waiting: waiting(4) })).wanted).to.equal(0);
    expect(need(cluster([full], { waiting: waiting(5) })).why).to.equal("5 tasks wait for a place");
  });

  it("is one at first, when the size of an instance is unknown, and no second one until it is there", () => {
    const none = cluster([], { waiting: waiting(9) });
    expect(need(none, { size: undefined }).wanted).to.equal(1);
    const asked = { ...none, desiredCapacity: 1 };
    expect(need(asked, { size: undefined }).wanted).to.equal(0);
    expect(need(none).wanted).to.equal(5);
  });

  it("counts memory, GPUs, interfaces and ports like CPU", () => {
    const wanted = (of: ReturnType<typeof size>): number =>
      need(cluster([machine("i-1")], { waiting: waiting(3, of) })).wanted;
    expect(wanted(size(1, 4000))).to.equal(3);
    expect(wanted(size(1, 1, { interfaces: 1 }))).to.equal(2);
    expect(wanted(size(1, 1, { ports: ["80/tcp"] }))).to.equal(3);
    expect(wanted(size(1, 1))).to.equal(0);
  });

  it("is none for a task that fits on no instance, with the reason", () => {
    const { wanted, tooLarge } = need(
      cluster([machine("i-1")], { waiting: waiting(2, size(512, 16_000)) }),
    );
    expect(wanted).to.equal(0);
    expect(tooLarge).to.deep.equal([
      "a task of the service web takes 512 CPU units, 16000 MiB: no instance has that, even when it is empty",
    ]);
    const gpu = need(cluster([machine("i-1")], { waiting: waiting(1, size(1, 1, { gpu: 1 })) }));
    expect([gpu.wanted, gpu.tooLarge.length]).to.deep.equal([0, 1]);
  });

  it("includes room for `spare` more of the largest task", () => {
    const state = cluster([machine("i-1", [task(half), task(half)])], { largest: half });
    expect(need(state, {}, 0).wanted).to.equal(0);
    expect(need(state, {}, 1).wanted).to.equal(2);
    expect(need(state, {}, 3).wanted).to.equal(3);
    expect(need(state, {}, 3).why).to.equal("room for 3 more tasks must stay free");
  });

  it("spares instances whose service tasks all have room elsewhere, and no others", () => {
    const one = machine("i-1", [task(half)]);
    const two = machine("i-2", [task(half)]);
    const three = machine("i-3");
    expect(need(cluster([one, two, three])).least).to.equal(1);
    const full = machine("i-1", [task(half), task(half)]);
    expect(need(cluster([full, two, three])).least).to.equal(2);
    expect(need(cluster([one, two, three], { largest: half }), {}, 2).least).to.equal(2);
    // Nothing is removed while a task waits, or after an unfinished drain.
    expect(need(cluster([one, two, three], { waiting: waiting(1) })).least).to.equal(3);
    expect(need(cluster([one, two, three]), { restUntil: NOW + 1 }).least).to.equal(3);
  });

  it("does not count capacity that drains, is in standby, or has no agent", () => {
    const drained = machine("i-2", [], { status: "DRAINING" });
    const state = cluster([machine("i-1", [task(half), task(half)]), drained]);
    expect(need({ ...state, waiting: waiting(2) }).wanted).to.equal(3);
    const leaving = [{ ec2InstanceId: "i-2", since: NOW }];
    expect(need({ ...state, waiting: waiting(2) }, { leaving }).wanted).to.equal(2);
  });

  it("spares an instance with tasks of RunTask, whose end is awaited, and one with daemons", () => {
    const job = machine("i-1", [task(half, "")]);
    const daemon = machine("i-2", [task(half, "agent", true)]);
    const full = machine("i-3", [task(half), task(half)]);
    expect(need(cluster([job, daemon, full])).least).to.equal(1);
  });

  it("spares no protected instance, and at once any that has not begun to start", () => {
    const kept = machine("i-1", [], { isProtected: true });
    expect(need(cluster([kept, machine("i-2")])).least).to.equal(1);
    expect(need(cluster([kept], { desiredCapacity: 4 })).least).to.equal(1);
  });
});
