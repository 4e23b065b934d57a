import { expect } from "chai";
import {
  type FaultCase,
  faultMatrix,
  formatFaultMatrix,
  MATRIX_FAULTS,
} from "../../../localcloud/testing";
import { ScalingProgram } from "./scalingProgram";

/**
 * In CI each call that changes something loses its worker or its answer; the calls that only read share the other
 * faults.
 */
function sample({ id, fault, call }: FaultCase): boolean {
  if (process.env.FUZZ) return true;
  if (/^(Get|List|Describe)/.test(call.operation))
    return fault === MATRIX_FAULTS[Number.parseInt(id) % MATRIX_FAULTS.length];
  return ["killWorkerAfter", "connectionLostAfter", "accessDenied"].includes(fault);
}

describe("an EcsTaskScaler under faults", function () {
  this.timeout(900_000);
  let web: ScalingProgram;
  before(async () => {
    web = await ScalingProgram.start({ STEPS: "yes" });
  });
  after(() => web?.close());

  async function prepare(): Promise<void> {
    web.load(1);
    // First finish what an earlier case has left to do.
    await web.minutes(6);
    for (let round = 0; round < 6 && (await web.desired()) !== 1; round += 1) await web.minutes(6);
    web.load(50);
    await web.minutes(6);
    expect([await web.desired(), await web.tick()]).to.deep.equal([1, "DISABLED"]);
  }

  /** A load that needs two tasks. */
  async function run(): Promise<void> {
    web.load((running) => 130 / Math.max(1, running));
    await web.minutes(3);
  }

  /** The count, its pin and the tick are right, or an alarm reports that a permission is missing. */
  async function check(fault: FaultCase | undefined): Promise<void> {
    const lasts = fault?.fault === "accessDenied" || fault?.fault === "throttleForever";
    const desired = await web.desired();
    expect(desired).to.be.within(1, 2);
    // The errors are in the log, and the event is in the failure queue: their alarms report it.
    if (lasts && desired === 1 && (await web.alarm("web-failures")) === "ALARM") return;
    expect(desired).to.equal(2);
    if (!lasts) expect([await web.pin(), await web.tick()]).to.deep.equal(["2", "DISABLED"]);
  }

  it("reaches the right count once, or reports that it cannot", async () => {
    const report = await faultMatrix({
      cloud: web.cloud,
      roleName: web.roleName,
      sample,
      prepare,
      run,
      settle: () => web.minutes(9),
      check,
    });
    console.log(formatFaultMatrix(report));
  });
});
