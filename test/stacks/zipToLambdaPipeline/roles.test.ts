import { expect } from "chai";
import { deniedCalls } from "../../../localcloud/testing";
import { nodeApp } from "../../support/zips/zipApp";
import { countCalls, leastCalls } from "../../support/programs/pipelineLeastCalls";
import { PipelineProgram } from "../../support/programs/pipelineProgram";

describe("the calls of a ZipToLambdaPipeline's worker", function () {
  this.timeout(180_000);
  let apps: PipelineProgram;
  before(async () => {
    apps = await PipelineProgram.start();
    await apps.drop("web", nodeApp("1"));
    await apps.settle();
  });
  after(() => apps?.close());

  const callsWhile = (run: () => Promise<unknown>): Promise<string[]> => apps.callsWhile(run);

  for (const [what, number, least] of [
    ["an update", 2, leastCalls.update],
    ["the same zip again", 2, leastCalls.sameZip],
  ] as const)
    it(`are at most a tenth more than ${what} needs`, async () => {
      const calls = await callsWhile(() => apps.drop("web", nodeApp(String(number))));
      const { own, least: wanted } = countCalls(calls, least);
      expect(own.length, own.join()).to.be.at.most(wanted.length * 1.1);
      expect(own).to.include.members(wanted);
    });

  it("are one for a repeated notification", async () => {
    const [body] = apps.cloud.recorder
      .find({ service: "sqs", operation: "SendMessage" })
      .filter(({ principal }) => principal.type === "service")
      .map(({ input }) => (input as { MessageBody: string }).MessageBody)
      .slice(-1);
    expect(await callsWhile(() => apps.send(body))).to.deep.equal(leastCalls.duplicate);
    expect(deniedCalls(apps.cloud)).to.deep.equal([]);
  });
});
