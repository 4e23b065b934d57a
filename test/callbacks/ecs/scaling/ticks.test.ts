import { expect } from "chai";
import * as fc from "fast-check";
import type { ScalerPorts } from "../../../../callbacks/ecs/scaling/ports";
import type { Scaled } from "../../../../callbacks/ecs/scaling/scaled";
import { evaluateUntilRemembered } from "../../../../callbacks/ecs/scaling/scalerHandler";
import { SimulatedPorts } from "../../../../callbacks/ecs/scaling/simulation/simulatedPorts";
import type { WakeEvent } from "../../../../callbacks/ecs/scaling/wake";
import { runs } from "../../../../localcloud/test/support/runs";
import { NOW, SETTINGS } from "./evaluationInputs";

/** What is there to follow, from one event on. */
interface Pending {
  readonly isUnfinished: boolean;
  readonly isHigh: boolean;
}

const pending: fc.Arbitrary<Pending> = fc.record({
  isUnfinished: fc.boolean(),
  isHigh: fc.boolean(),
});

/** One task that never changes, of which something may be unfinished, and one alarm. */
class World {
  readonly ports = new SimulatedPorts(() => ({}));
  private isUnfinished = false;
  private readonly scaled: Scaled = {
    namespace: "Test",
    label: {},
    read: () => Promise.resolve({ desired: 1, running: 1, pending: 0 }),
    change: () => Promise.reject(new Error("nothing asks for a change")),
    maintain: ({ kept }) => Promise.resolve({ kept, again: this.isUnfinished }),
  };

  set({ isUnfinished, isHigh }: Pending): void {
    this.isUnfinished = isUnfinished;
    if (isHigh) this.ports.on.add("high");
    else this.ports.on.delete("high");
  }

  get isToBeFollowed(): boolean {
    return this.isUnfinished || this.ports.on.has("high");
  }

  async deliver(event: WakeEvent, ports: ScalerPorts = this.ports): Promise<void> {
    const settings = { ...SETTINGS, mode: "scale" as const, rules: [] };
    const config = { settings, highAlarms: ["high"], lowAlarms: [] };
    await evaluateUntilRemembered({ ports, config, scaled: this.scaled }, event, () => NOW);
  }
}

/** Each call takes effect when the scheduler lets it. */
function scheduled(scheduler: fc.Scheduler, ports: ScalerPorts): ScalerPorts {
  const later = async <T>(label: string, call: () => Promise<T>): Promise<T> => {
    await scheduler.schedule(Promise.resolve(), label);
    return call();
  };
  return bound(ports, {
    recall: () => later("recall", () => ports.recall()),
    remember: (noted, written) => later("remember", () => ports.remember(noted, written)),
    alarmsOn: (names) => later("alarmsOn", () => ports.alarmsOn(names)),
    enable: (pace) => later("enable", () => ports.enable(pace)),
    disable: (pace) => later("disable", () => ports.disable(pace)),
  });
}

describe("the rules that call a scaler", function () {
  this.timeout(120_000);

  it("continue while there is something to do, and end after it, however concurrent evaluations interleave", async () => {
    const events = fc.constantFrom<WakeEvent>({ wake: "tick" }, { wake: "service" });
    const deliveries = fc.array(fc.tuple(pending, events), { minLength: 2, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), pending, deliveries, async (scheduler, first, later) => {
        const world = new World();
        world.set(first);
        await world.deliver({ wake: "update" });
        const ports = scheduled(scheduler, world.ports);
        const all = later.map(async ([next, event], index) => {
          await scheduler.schedule(Promise.resolve(), `event ${index}`);
          world.set(next);
          await world.deliver(event, ports);
        });
        await scheduler.waitFor(Promise.all(all));
        if (world.isToBeFollowed) expect([...world.ports.enabled]).to.include("minute");
        // Nothing tells of what is over but the calls themselves.
        world.set({ isUnfinished: false, isHigh: false });
        for (let ticks = 0; ticks < 2 && world.ports.enabled.size > 0; ticks += 1)
          await world.deliver({ wake: "tick" });
        expect([...world.ports.enabled]).to.deep.equal([]);
      }),
      { numRuns: runs(1_000, 100_000) },
    );
  });

  for (const isLate of [false, true])
    it(`continue for an evaluation that finds something while ${isLate ? "a late tick" : "the last tick"} ends them`, async () => {
      const world = new World();
      const nothing = { isUnfinished: false, isHigh: false };
      world.set({ ...nothing, isUnfinished: !isLate });
      await world.deliver({ wake: "update" });
      world.set(nothing);
      let end = (): void => undefined;
      const isEnded = new Promise<void>((resolve) => {
        end = resolve;
      });
      let other = Promise.resolve();
      /** The tick is about to end the calls: another evaluation begins, and waits right before it writes its state. */
      const disable: ScalerPorts["disable"] = async (pace) => {
        world.set({ ...nothing, isUnfinished: true });
        await new Promise<void>((resolve) => {
          const remember: ScalerPorts["remember"] = async (noted, written) => {
            resolve();
            await isEnded;
            return world.ports.remember(noted, written);
          };
          other = world.deliver({ wake: "service" }, bound(world.ports, { remember }));
        });
        await world.ports.disable(pace);
      };
      await world.deliver({ wake: "tick" }, bound(world.ports, { disable }));
      end();
      await other;
      expect([...world.ports.enabled]).to.deep.equal(["minute"]);
    });
});

/** With some calls that do something else. */
function bound(ports: ScalerPorts, others: Partial<ScalerPorts>): ScalerPorts {
  return {
    recall: () => ports.recall(),
    remember: (noted, written) => ports.remember(noted, written),
    readSeries: (now) => ports.readSeries(now),
    alarmsOn: (names) => ports.alarmsOn(names),
    enable: (pace) => ports.enable(pace),
    disable: (pace) => ports.disable(pace),
    ...others,
  };
}
