import { expect } from "chai";
import {
  callsOf,
  type FaultCase,
  faultMatrix,
  formatFaultMatrix,
} from "../../../localcloud/testing";
import { isFuzzed } from "../../support/fuzzPart";
import { ClusterProgram } from "./clusterProgram";

describe("an EcsClusterScaler under faults", function () {
  this.timeout(process.env.FUZZ ? 14_400_000 : 900_000);
  let nodes: ClusterProgram;
  let start = 0;
  let startedAfter = 0;
  /** Number of calls on the happy path up to the termination: what comes later depends on the time of the last events. */
  let own = 0;
  before(async () => {
    nodes = await ClusterProgram.start({ MIN: "1" });
    // The same number of evaluations in each case, so that each call of the first run happens again.
    nodes.bootIn(120_000);
    await nodes.minutes(5);
  });
  after(() => nodes?.close());

  /**
   * In CI the worker dies after each call that changes the cluster and after some claims, and one termination is denied.
   */
  function sample({ id, fault, call: { operation } }: FaultCase): boolean {
    const place = Number.parseInt(id);
    if (place > own) return false;
    if (process.env.FUZZ) return isFuzzed(place);
    if (operation === "TransactWriteItems") return fault === "killWorkerAfter" && place % 2 === 0;
    if (operation === "TerminateInstanceInAutoScalingGroup" && fault === "accessDenied")
      return true;
    const isWrite = /^(SetDesired|UpdateContainer|TerminateInstance)/.test(operation);
    return isWrite && fault === "killWorkerAfter";
  }

  /** Returns how many instances exist and are wanted, how many of them accept tasks, and whether the scaler rests. */
  async function state(): Promise<unknown[]> {
    const instances = await nodes.instances();
    const open = instances.filter(({ status }) => status === "ACTIVE");
    return [instances.length, await nodes.desired(), open.length, await nodes.tick()];
  }
  const RIGHT = [1, 1, 1, "DISABLED"];

  /** One instance, full with two tasks. What a denied call has stopped continues with the events that failed. */
  async function prepare(): Promise<void> {
    await nodes.want(2);
    await nodes.resendFailedEvents();
    await nodes.minutes(4);
    const isQuiet = async (): Promise<boolean> =>
      (await nodes.alarm("nodes-errors"))?.StateValue !== "ALARM";
    const isRight = async (): Promise<boolean> =>
      `${await state()}` === `${RIGHT}` && (await isQuiet());
    for (let round = 0; round < 10 && !(await isRight()); round += 1) await nodes.minutes(4);
    expect([await state(), await isQuiet()]).to.deep.equal([RIGHT, true]);
    start = nodes.cloud.clock.now();
    startedAfter = nodes.cloud.recorder.last;
  }

  /** A second instance starts, and is drained again. */
  async function run(): Promise<void> {
    await nodes.want(4);
    await nodes.minutesUntilRunning(4, 6);
    await nodes.want(2);
    await nodes.minutes(8);
  }

  /** One instance again, or an alarm reports that a permission is missing; no task was killed. */
  async function check(fault: FaultCase | undefined): Promise<void> {
    if (!fault) own = callsToTermination();
    expect(await nodes.killed()).to.deep.equal([]);
    expect(await nodes.running()).to.equal(2);
    const lasts = fault?.fault === "accessDenied" || fault?.fault === "throttleForever";
    const came = await state();
    if (lasts && `${came}` !== `${RIGHT}`)
      expect(await nodes.hasAlarmed("nodes-errors", start)).to.equal(true);
    else expect(came).to.deep.equal(RIGHT);
  }

  function callsToTermination(): number {
    const calls = callsOf(nodes.cloud, nodes.roleName, { after: startedAfter });
    const ends = ({ operation }: { operation: string }): boolean =>
      operation === "TerminateInstanceInAutoScalingGroup";
    return 1 + calls.findIndex(ends);
  }

  it("reaches the right number of instances once, or reports that it cannot, and kills no task", async () => {
    const report = await faultMatrix({
      cloud: nodes.cloud,
      roleName: nodes.roleName,
      sample,
      prepare,
      run,
      settle: () => nodes.minutes(12),
      check,
    });
    console.log(formatFaultMatrix(report));
  });
});
