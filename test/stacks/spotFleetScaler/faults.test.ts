import { expect } from "chai";
import {
  type FaultCase,
  faultMatrix,
  formatFaultMatrix,
  MATRIX_FAULTS,
} from "../../../localcloud/testing";
import { isFuzzed } from "../../support/fuzzPart";
import { FleetProgram } from "./fleetProgram";

/** Calls of the evaluations with changes; later ones find nothing to do. */
const MOST_CALLS = 60;

/**
 * Each kind of call meets each fault once; in CI those that write lose their worker, and every fifth of the others
 * meets one.
 */
function createSample(): (one: FaultCase) => boolean {
  const seen = new Set<string>();
  return ({ id, fault, call: { operation } }) => {
    const place = Number.parseInt(id);
    if (place > MOST_CALLS) return false;
    const isFirst = !seen.has(`${operation} ${fault}`);
    seen.add(`${operation} ${fault}`);
    if (process.env.FUZZ) return isFirst && isFuzzed(seen.size);
    if (!isFirst) return false;
    if (!/^(Get|List|Describe)/.test(operation)) return fault === "killWorkerAfter";
    return place % 5 === 0 && fault === MATRIX_FAULTS[place % MATRIX_FAULTS.length];
  };
}

describe("a SpotFleetScaler of container instances under faults", function () {
  this.timeout(process.env.FUZZ ? 14_400_000 : 2_700_000);
  let nodes: FleetProgram;
  let start = 0;
  before(async () => {
    nodes = await FleetProgram.start();
    await nodes.want(1);
  });
  after(() => nodes?.close());

  async function prepare(): Promise<void> {
    await nodes.hold(3);
    await nodes.minutes(2);
    expect([await nodes.target(), await nodes.running()]).to.deep.equal([3, 1]);
    start = nodes.cloud.clock.now();
  }

  /** An instance without tasks is at risk of interruption, and two are enough: this one is removed. */
  async function run(): Promise<void> {
    const all = await nodes.instances();
    const empty = all.find(({ runningTasksCount }) => !runningTasksCount);
    nodes.notice(String(empty?.ec2InstanceId), "rebalance");
    await nodes.minutes(0.1);
    await nodes.scale("nodes 2 --for 7d");
    await nodes.wake({ wake: "command" }, "Event");
  }

  /** Two instances are left that accept tasks, or an alarm reports that a permission is missing. */
  async function check(fault: FaultCase | undefined): Promise<void> {
    const lasts = fault?.fault === "accessDenied" || fault?.fault === "throttleForever";
    expect([await nodes.running(), await nodes.killed()]).to.deep.equal([1, []]);
    const shown = [await nodes.target(), ...(await nodes.instances()).map(({ status }) => status)];
    if (lasts && JSON.stringify(shown) !== JSON.stringify([2, "ACTIVE", "ACTIVE"])) {
      const alarms = ["nodes-errors", "nodes-failures"];
      const alarmed = await Promise.all(alarms.map((name) => nodes.hasAlarmed(name, start)));
      return void expect(alarmed, JSON.stringify(shown)).to.include(true);
    }
    expect(shown).to.deep.equal([2, "ACTIVE", "ACTIVE"]);
  }

  it("terminates only that instance, or reports that it cannot", async () => {
    const report = await faultMatrix({
      cloud: nodes.cloud,
      roleName: nodes.roleName,
      sample: createSample(),
      prepare,
      run,
      settle: () => nodes.minutes(6),
      check,
    });
    console.log(formatFaultMatrix(report));
  });
});
