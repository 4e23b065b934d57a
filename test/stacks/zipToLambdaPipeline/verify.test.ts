import { expect } from "chai";
import { nodeApp } from "../../support/zips/zipApp";
import { PipelineProgram } from "../../support/programs/pipelineProgram";

describe("verify of a ZipToLambdaPipeline", function () {
  this.timeout(300_000);
  let apps: PipelineProgram;
  before(async () => {
    // A `verify` that never ends takes this much real time, too.
    apps = await PipelineProgram.start({ VERIFY: "4", ON_DELETE: "remove" });
  });
  after(() => apps?.close());

  it("lets LIVE move to a version with the right answer, and reports the state in between", async () => {
    const seen = new Set<string>();
    await apps.drop("web", nodeApp("{ ok: true, number: 1 }"));
    while ((await apps.live("web")) === undefined) {
      seen.add((await apps.status("web"))?.state ?? "");
      await apps.cloud.clock.advance(100);
    }
    await apps.settle();
    expect(await apps.invoke("web")).to.deep.equal({ ok: true, number: 1 });
    expect((await apps.status("web"))?.state).to.equal("deployed");
  });

  for (const [body, says] of [
    ["{ ok: false }", "it returned false; return true or nothing to pass"],
    ["(() => { throw new Error('no database'); })()", "no database"],
    ["process.exit(1)", "verify 'web' failed"],
  ])
    it(`keeps LIVE when the app answers ${body}`, async () => {
      await apps.drop("web", nodeApp(body));
      await apps.settle();
      const status = await apps.status("web");
      expect(status).to.deep.include({ state: "rejected", code: "verifyFailed", live: "1" });
      expect(status?.reason).to.contain(says);
      expect(await apps.live("web")).to.equal("1");
      expect(await apps.invoke("web")).to.deep.equal({ ok: true, number: 1 });
    });

  for (const [verify, says] of [
    ["lies", 'it returned "passed"'],
    ["hangs", "it did not end within"],
    ["spins", "timed out"],
    ["exits", "it called process.exit"],
  ])
    it(`keeps LIVE when verify ${verify}`, async () => {
      await apps.drop("web", nodeApp(`{ ok: true, behaviour: "${verify}" }`));
      await apps.settle();
      const status = await apps.status("web");
      expect(status).to.deep.include({ state: "rejected", code: "verifyFailed", live: "1" });
      expect(status?.reason).to.contain(says);
      expect(await apps.live("web")).to.equal("1");
    });

  it("deletes the function with its zip when the program says so, and creates it again", async () => {
    await apps.delete("web");
    await apps.settle();
    expect((await apps.status("web"))?.state).to.equal("removed");
    expect(await apps.live("web")).to.equal(undefined);
    expect(await apps.functionNames()).not.to.include(apps.functionName("web"));
    await apps.drop("web", nodeApp("{ ok: true, number: 2 }"));
    await apps.settle();
    expect(await apps.invoke("web")).to.deep.equal({ ok: true, number: 2 });
  });
});
