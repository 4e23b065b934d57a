import { expect } from "chai";
import {
  callsOf,
  type FaultCase,
  faultMatrix,
  type FaultMatrixOptions,
  formatFaultMatrix,
  MATRIX_FAULTS,
} from "../../../localcloud/testing";
import { FleetProgram } from "./fleetProgram";

/** Calls of the handler that change nothing. */
const READS = /^Describe/;

/** Minutes: four calls of the function, the pauses between Lambda's retries, and the hook's own timeout. */
const WHOLE_WAIT = 30;

/** Checks for permanent faults: no launch succeeds, but everything ends in order. */
function lasts(fault: FaultCase | undefined): boolean {
  return fault?.fault === "accessDenied" || fault?.fault === "throttleForever";
}

function isSaidToHaveEnded(fault: FaultCase | undefined): boolean {
  return fault?.fault === "notFound" && fault.call.operation === "CompleteLifecycleAction";
}

describe("an EniLifecycleHook under faults", function () {
  // The whole matrix takes longer than an hour on a busy computer.
  this.timeout(4 * 3_600_000);
  let fleets: FleetProgram;
  let startedAt = 0;
  let startedAfter = 0;
  /** Calls of the handler on the happy path, except those of sweeps. */
  let own = 0;
  before(async () => {
    // The launch-loop protection must not count the launches that fail for the tested faults.
    fleets = await FleetProgram.start({ COUNT: "2", FAILURES: "100" });
  });
  after(() => fleets?.close());

  const matrix = (
    scenario: Pick<FaultMatrixOptions, "run" | "check" | "settle"> & {
      readonly name: string;
      prepare(): Promise<void>;
    },
  ) =>
    faultMatrix({
      cloud: fleets.cloud,
      roleName: fleets.roleName,
      sample,
      ...scenario,
      async prepare() {
        await scenario.prepare();
        startedAt = fleets.cloud.clock.now();
        startedAfter = fleets.cloud.recorder.last;
      },
      check(fault) {
        if (!fault) own = ownCalls();
        return scenario.check(fault);
      },
    });

  /** Returns the calls until the first answer to Auto Scaling, which come before sweeps and later launches. */
  function ownCalls(): number {
    const calls = callsOf(fleets.cloud, fleets.roleName, { after: startedAfter });
    return 1 + calls.findIndex(({ operation }) => operation === "CompleteLifecycleAction");
  }

  /**
   * In CI the first call of each kind loses its worker if it changes something, and meets one of the faults otherwise.
   */
  function sample({ id, fault, call, rule }: FaultCase): boolean {
    const place = Number.parseInt(id);
    // Later calls depend on timing.
    if (place > own) return false;
    if (process.env.FUZZ) return true;
    if (rule.skip) return false;
    if (!READS.test(call.operation)) return fault === "killWorkerAfter";
    return fault === MATRIX_FAULTS[(2 * place) % MATRIX_FAULTS.length];
  }

  /** Even after permanent faults, nothing is left when the group is at rest. */
  async function expectNothingLeft(): Promise<void> {
    await fleets.rest("fleet", 0);
    await fleets.minutes(6);
    expect(await fleets.orphans(), "orphans").to.deep.equal([]);
    await fleets.expectWhole({ fleet: 0 }, 2);
  }

  async function expectTold(): Promise<void> {
    const alarms = await fleets.alarmed(startedAt);
    expect(alarms.filter((one) => /^(abandoned|errors|failures)$/.test(one))).to.not.deep.equal([]);
  }

  it("continues an instance with all of its interfaces, or abandons it with none and reports it", async () => {
    const report = await matrix({
      name: "eni-launch",
      prepare: () => fleets.rest("fleet", 0),
      run: () => fleets.resize("fleet", 1),
      settle: () => fleets.minutes(12),
      async check(fault) {
        const isIn = (await fleets.states("fleet")).join() === "InService";
        if (isIn || !lasts(fault)) return fleets.expectWhole({ fleet: 1 }, 2);
        await expectTold();
        await expectNothingLeft();
      },
    });
    console.log(formatFaultMatrix(report));
  });

  it("undoes what it created for a launch that cannot succeed, and continues the next one", async () => {
    let free = async (): Promise<void> => undefined;
    const report = await matrix({
      name: "eni-abandon",
      async prepare() {
        await free();
        await fleets.rest("fleet", 0);
        // The first interface gets an address, the second one does not.
        free = await fleets.fillSubnets(1);
      },
      run: () => fleets.resize("fleet", 1),
      settle: () => fleets.minutes(7),
      async check(fault) {
        await free();
        free = async () => undefined;
        // A handler that learns that the action has ended leaves the report to the call that ended it.
        if (!isSaidToHaveEnded(fault)) await expectTold();
        if (lasts(fault)) {
          // What a fault forbids, such as deleting an interface, is undone by the sweeper once it no longer does.
          fleets.cloud.faults.clear();
          await fleets.minutes(WHOLE_WAIT);
          return expectNothingLeft();
        }
        await fleets.rest("fleet", 1);
        expect(await fleets.orphans(), "orphans").to.deep.equal([]);
      },
    });
    console.log(formatFaultMatrix(report));
  });

  it("releases the interfaces of an instance that terminates", async () => {
    const report = await matrix({
      name: "eni-end",
      prepare: () => fleets.rest("fleet", 1),
      run: () => fleets.resize("fleet", 0),
      settle: () => fleets.minutes(11),
      async check(fault) {
        // An instance that may never be completed ends by the hook's default result, after its last try.
        if (lasts(fault)) await fleets.minutes(WHOLE_WAIT);
        await fleets.expectWhole({ fleet: 0 }, 2);
      },
    });
    console.log(formatFaultMatrix(report));
  });
});
