import { ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import {
  deniedCalls,
  formatUnusedPermissions,
  unusedPermissions,
} from "../../../localcloud/testing";
import { leastCalls } from "./leastCalls";
import { ScalingProgram } from "./scalingProgram";

describe("the role and the calls of an EcsTaskScaler", function () {
  this.timeout(300_000);
  let web: ScalingProgram;
  before(async () => {
    web = await ScalingProgram.start();
    web.load(50);
    await web.minutes(4);
  });
  after(() => web?.close());

  /** Returns the operations that one evaluation calls. */
  async function callsOfLook(): Promise<string[]> {
    const after = web.cloud.recorder.last;
    await web.wake();
    return web.calls(after).map(({ operation }) => operation);
  }

  it("makes the fewest possible calls, with and without a change", async () => {
    expect(await callsOfLook()).to.have.members(leastCalls.noChange);
    const after = web.cloud.recorder.last;
    web.load(95);
    while ((await web.desired()) === 1) await web.cloud.clock.advance(1_000);
    await web.minutes(0.1);
    const calls = web.calls(after).map(({ operation }) => operation);
    const looks = calls.filter((operation) => operation === "DescribeServices").length;
    expect(calls).to.include("UpdateService");
    const least = leastCalls.change.length + (looks - 1) * leastCalls.noChange.length;
    expect(calls.length).to.be.at.most(least * 1.1);
  });

  it("makes the same calls when a call is throttled once, and that one twice", async () => {
    web.load(50);
    await web.minutes(12);
    const fault = {
      kind: "throttle",
      service: "ecs",
      operation: "DescribeServices",
      times: 1,
    } as const;
    web.cloud.faults.add(fault);
    const calls = await callsOfLook();
    web.cloud.faults.clear();
    expect(calls).to.have.members([...leastCalls.noChange, "DescribeServices"]);
  });

  it("was granted only what it uses, and denied nothing", async () => {
    // A deployment, which the scaler reads as well.
    const service = { cluster: web.output("clusterName"), service: web.output("serviceName") };
    const ecs = web.program.client(ECSClient);
    await ecs.send(new UpdateServiceCommand({ ...service, forceNewDeployment: true }));
    await web.wake();
    // Rounding keeps two tasks.
    web.load(28);
    await web.minutes(40);
    web.load(50);
    await web.minutes(6);
    web.load(5);
    await web.minutes(20);
    const { roleName } = web;
    const unused = (await unusedPermissions(web.cloud)).filter((one) => one.roleName === roleName);
    // Nothing of the scaler failed permanently.
    const own = unused.filter(({ action }) => action !== "sqs:SendMessage");
    expect(own, formatUnusedPermissions(own)).to.deep.equal([]);
    expect(deniedCalls(web.cloud)).to.deep.equal([]);
  });
});
