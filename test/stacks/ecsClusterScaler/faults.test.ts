import { expect } from "chai";
import { type FaultCase, faultMatrix, formatFaultMatrix } from "../../../localcloud/testing";
import { ClusterProgram } from "./clusterProgram";

/** In CI each call that changes the cluster or what is remembered of it loses its worker, its answer or its permission. */
function sample({ fault, call }: FaultCase): boolean {
  if (process.env.FUZZ) return true;
  const isWrite = /^(SetDesired|UpdateContainer|TerminateInstance|TransactWrite)/.test(
    call.operation,
  );
  return isWrite && ["killWorkerAfter", "connectionLostAfter", "accessDenied"].includes(fault);
}

describe("an EcsClusterScaler under faults", function () {
  this.timeout(900_000);
  let nodes: ClusterProgram;
  before(async () => {
    nodes = await ClusterProgram.start({ MIN: "1" });
    await nodes.minutes(5);
  });
  after(() => nodes?.close());

  /** One instance, full of two tasks. */
  async function prepare(): Promise<void> {
    await nodes.want(2);
    for (let round = 0; round < 10; round += 1) {
      if ((await nodes.instances()).length === 1 && (await nodes.tick()) === "DISABLED") break;
      await nodes.minutes(4);
    }
    expect([(await nodes.instances()).length, await nodes.desired()]).to.deep.equal([1, 1]);
  }

  /** A second instance comes, and is drained again. */
  async function run(): Promise<void> {
    await nodes.want(4);
    await nodes.minutesUntilRunning(4, 6);
    await nodes.want(2);
    await nodes.minutes(8);
  }

  /** One instance again, or the alarm tells that a permission is missing; no task was killed. */
  async function check(fault: FaultCase | undefined): Promise<void> {
    const killed = (await nodes.stopped()).filter(
      ({ stopCode }) => stopCode === "TerminationNotice",
    );
    expect(killed).to.deep.equal([]);
    expect(await nodes.running()).to.equal(2);
    const count = (await nodes.instances()).length;
    const lasts = fault?.fault === "accessDenied" || fault?.fault === "throttleForever";
    if (lasts && (count !== 1 || (await nodes.desired()) !== 1))
      expect(await nodes.hasAlarmed("nodes-errors")).to.equal(true);
    else expect([count, await nodes.desired()]).to.deep.equal([1, 1]);
  }

  it("comes to the right instances once, or tells that it cannot, and kills no task", async () => {
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
