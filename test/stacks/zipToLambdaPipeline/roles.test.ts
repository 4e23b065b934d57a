import { expect } from "chai";
import { callsOf, deniedCalls } from "../../../localcloud/testing";
import { nodeApp } from "../../support/zipApp";
import { leastCalls } from "./leastCalls";
import { PipelineProgram } from "./pipelineProgram";

describe("the calls of a ZipToLambdaPipeline's worker", function () {
  this.timeout(180_000);
  let apps: PipelineProgram;
  before(async () => {
    apps = await PipelineProgram.start();
    await apps.drop("web", nodeApp("1"));
    await apps.settle();
  });
  after(() => apps?.close());

  /** Calls of the worker's own code, by their operations; what its poller does is Lambda's. */
  async function callsWhile(run: () => Promise<unknown>): Promise<string[]> {
    const after = apps.cloud.recorder.last;
    await run();
    await apps.settle();
    return callsOf(apps.cloud, apps.roleName, { after }).map(({ operation }) => operation);
  }

  for (const [what, number, least] of [
    ["an update", 2, leastCalls.update],
    ["the same zip again", 2, leastCalls.sameZip],
  ] as const)
    it(`are at most a tenth more than ${what} cannot do without`, async () => {
      const calls = await callsWhile(() => apps.drop("web", nodeApp(String(number))));
      const isPoll = (operation: string): boolean => operation === "GetFunctionConfiguration";
      // Lambda reads the code from the bucket with the worker's rights.
      const own = calls.filter((one) => !isPoll(one));
      const reads = own.filter((one) => one === "GetObject").length;
      const extra = reads > 1 ? reads - 1 : 0;
      const wanted = least.filter((one) => !isPoll(one)).length;
      expect(own.length - extra, own.join()).to.be.at.most(wanted * 1.1);
      expect(own).to.include.members(least.filter((one) => !isPoll(one)));
    });

  it("are one for a notification that comes again", async () => {
    const [body] = apps.cloud.recorder
      .find({ service: "sqs", operation: "SendMessage" })
      .filter(({ principal }) => principal.type === "service")
      .map(({ input }) => (input as { MessageBody: string }).MessageBody)
      .slice(-1);
    expect(await callsWhile(() => apps.send(body))).to.deep.equal(leastCalls.duplicate);
    expect(deniedCalls(apps.cloud)).to.deep.equal([]);
  });
});
