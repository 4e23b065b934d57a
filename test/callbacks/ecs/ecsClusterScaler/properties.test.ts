import { expect } from "chai";
import * as fc from "fast-check";
import { nextDrains } from "../../../../callbacks/ecs/containerInstances/drains";
import { fits, pack } from "../../../../callbacks/ecs/containerInstances/fit";
import {
  isOpen,
  type ClusterInstance,
} from "../../../../callbacks/ecs/containerInstances/machines";
import { movingTasks } from "../../../../callbacks/ecs/containerInstances/removalOrder";
import type {
  ClusterState,
  RememberedCluster,
} from "../../../../callbacks/ecs/ecsClusterScaler/cluster";
import { needOf } from "../../../../callbacks/ecs/ecsClusterScaler/need";
import { planOf } from "../../../../callbacks/ecs/ecsClusterScaler/plan";
import { decideTasks } from "../../../../callbacks/ecs/scaling/decide";
import { runs } from "../../../../localcloud/test/support/runs";
import { anySettings, input } from "../scaling/evaluationInputs";
import { cluster, EMPTY, machine, size, task } from "./clusters";

const numRuns = runs(2_000, 50_000);
const NOW = Date.UTC(2026, 10, 20, 12);

const anyTask = fc
  .record({
    cpu: fc.integer({ min: 1, max: 900 }),
    memory: fc.integer({ min: 1, max: 3000 }),
    service: fc.constantFrom("web", "api", ""),
    isDaemon: fc.boolean(),
  })
  .map(({ cpu, memory, service, isDaemon }) =>
    task(size(cpu, memory), service, isDaemon && service !== ""),
  );

const anyMachine: fc.Arbitrary<ClusterInstance> = fc
  .record({
    tasks: fc.array(anyTask, { maxLength: 4 }),
    zone: fc.constantFrom("a", "b"),
    isCapacity: fc.boolean(),
    isProtected: fc.constantFrom(true, false, false, false),
    status: fc.constantFrom("ACTIVE", "ACTIVE", "DRAINING"),
  })
  .map(({ tasks, ...more }) => {
    const small = tasks.filter((one, index) => {
      const before = tasks.slice(0, index).reduce((sum, { size: of }) => sum + of.cpu, 0);
      const memory = tasks.slice(0, index).reduce((sum, { size: of }) => sum + of.memory, 0);
      return before + one.size.cpu <= EMPTY.cpu && memory + one.size.memory <= EMPTY.memory;
    });
    return machine("", small, more);
  });

/** Any cluster, with requested instances that are not there yet, and with leaving ones. */
const anyCluster: fc.Arbitrary<{ state: ClusterState; kept: RememberedCluster }> = fc
  .record({
    machines: fc.array(anyMachine, { maxLength: 6 }),
    coming: fc.integer({ min: 0, max: 3 }),
    waiting: fc.array(
      fc.record({
        service: fc.constant("web"),
        count: fc.integer({ min: 1, max: 6 }),
        size: fc.tuple(fc.integer({ min: 1, max: 2500 }), fc.integer({ min: 1, max: 9000 })),
      }),
      { maxLength: 2 },
    ),
    leaving: fc.array(fc.nat(5), { maxLength: 2 }),
    spare: fc.integer({ min: 0, max: 2 }),
  })
  .map(({ machines: made, coming, waiting, leaving: chosen }) => {
    const machines = made.map((one, index) => ({
      ...one,
      ec2InstanceId: `i-${index}`,
      registered: one.registered && { ...one.registered, arn: `arn:i-${index}` },
    }));
    const capacity = machines.filter(({ isCapacity }) => isCapacity);
    const leaving = [...new Set(chosen)]
      .filter((index) => machines[index]?.isCapacity)
      .map((index) => ({ ec2InstanceId: `i-${index}`, since: NOW - 60_000 }));
    const state = cluster(machines, {
      desiredCapacity: capacity.length + coming,
      waiting: waiting.map((one) => ({ ...one, size: size(...one.size) })),
    });
    return { state, kept: { leaving, size: EMPTY } };
  });

const at = { spare: 0, now: NOW };
const desiredOf = ({ state, kept }: { state: ClusterState; kept: RememberedCluster }): number =>
  state.desiredCapacity - kept.leaving.length;

describe("for any cluster, its need", function () {
  this.timeout(process.env.FUZZ ? 0 : 120_000);

  it("is enough for all waiting tasks that fit, and is requested once", () => {
    fc.assert(
      fc.property(anyCluster, ({ state, kept }) => {
        const need = needOf(state, kept, at);
        if (need.wanted === 0) return;
        const more = need.wanted - desiredOf({ state, kept });
        expect(more).to.be.greaterThan(0);
        const asked = { ...state, desiredCapacity: state.desiredCapacity + more };
        expect(needOf(asked, kept, at).wanted).to.equal(0);
      }),
      { numRuns },
    );
  });

  it("releases only instances whose service tasks have room elsewhere, and none while a task waits", () => {
    fc.assert(
      fc.property(anyCluster, ({ state, kept }) => {
        const { least, tooLarge } = needOf(state, kept, at);
        const desired = desiredOf({ state, kept });
        expect(least).to.be.within(0, desired);
        if (state.waiting.length > tooLarge.length) expect(least).to.equal(desired);
        const { drained, leaving } = planOf(state, kept, { to: least, now: NOW });
        const gone = leaving.map(({ ec2InstanceId }) => ec2InstanceId);
        const staying = state.machines.filter((one) => !gone.includes(one.ec2InstanceId));
        const rooms = staying.filter(isOpen).map(({ registered }) => registered.free);
        const moving = state.machines
          .filter((one) => gone.includes(one.ec2InstanceId))
          .flatMap(movingTasks)
          .filter(({ service }) => service !== undefined);
        if (drained.length === 0) return;
        expect(
          pack(
            moving.map((one) => one.size),
            rooms,
          ).left,
        ).to.deep.equal([]);
      }),
      { numRuns },
    );
  });

  it("moves the desired count only within the bounds in force", () => {
    fc.assert(
      fc.property(anyCluster, anySettings, ({ state, kept }, settings) => {
        const need = needOf(state, kept, at);
        const desired = desiredOf({ state, kept });
        const values = [[], [5, 5, 5], [100]][(desired + settings.max) % 3];
        const { from, to } = decideTasks(input(desired, values, { need }), settings);
        expect(Number.isInteger(to)).to.equal(true);
        if (to !== from) expect(to).to.be.within(settings.min, settings.max);
        if (to < from && from <= settings.max) expect(to).to.be.at.least(need.least);
      }),
      { numRuns },
    );
  });
});

describe("for any cluster, a plan", function () {
  this.timeout(process.env.FUZZ ? 0 : 120_000);

  it("reaches the decided count, without removing an instance that is protected or not in the group", () => {
    fc.assert(
      fc.property(anyCluster, fc.integer({ min: 0, max: 12 }), ({ state, kept }, to) => {
        const plan = planOf(state, kept, { to, now: NOW });
        const count = (plan.desiredCapacity ?? state.desiredCapacity) - plan.leaving.length;
        const free = state.machines.filter(
          ({ isCapacity, isProtected }) => isCapacity && !isProtected,
        );
        const movable = free.filter(
          (one) => !kept.leaving.some(({ ec2InstanceId: id }) => id === one.ec2InstanceId),
        ).length;
        const capacity = state.machines.filter(({ isCapacity }) => isCapacity).length;
        const least = desiredOf({ state, kept }) - movable - (state.desiredCapacity - capacity);
        expect(count).to.equal(Math.max(to, least));
        for (const id of plan.drained)
          expect(free.map(({ ec2InstanceId }) => ec2InstanceId)).to.include(id);
        // Lowered only for instances that have not started: the group chooses none.
        expect(plan.desiredCapacity ?? capacity).to.be.at.least(capacity);
      }),
      { numRuns },
    );
  });

  it("terminates no instance with a service's task, and none before it drains", () => {
    fc.assert(
      fc.property(anyCluster, fc.integer({ min: 0, max: 2000 }), ({ state, kept }, age) => {
        const leaving = kept.leaving.map((one) => ({ ...one, since: NOW - age * 1000 }));
        const drains = nextDrains(state, { leaving }, { now: NOW, drainTimeout: 900 });
        for (const ended of drains.ended) {
          expect(ended.registered?.status).to.equal("DRAINING");
          expect(movingTasks(ended).filter(({ service }) => service !== undefined)).to.deep.equal(
            [],
          );
        }
      }),
      { numRuns },
    );
  });

  it("packs no room beyond its size", () => {
    fc.assert(
      fc.property(fc.array(anyTask, { maxLength: 20 }), fc.nat(5), (tasks, count) => {
        const rooms = Array.from({ length: count }, () => EMPTY);
        const { rooms: after, left } = pack(
          tasks.map((one) => one.size),
          rooms,
        );
        for (const room of after) expect(fits(size(0, 0), room)).to.equal(true);
        for (const one of left) expect(after.some((room) => fits(one, room))).to.equal(false);
      }),
      { numRuns },
    );
  });
});
