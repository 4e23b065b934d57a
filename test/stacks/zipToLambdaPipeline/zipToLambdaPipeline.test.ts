import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { nodeApp, zipOf } from "../../support/zips/zipApp";
import { PipelineProgram } from "../../support/programs/pipelineProgram";

describe("a ZipToLambdaPipeline", function () {
  this.timeout(300_000);
  let apps: PipelineProgram;
  before(async () => {
    apps = await PipelineProgram.start();
  });
  after(() => apps?.close());

  it("creates a function from a zip with nothing but index.js, within 15 seconds", async () => {
    const begin = apps.cloud.clock.now();
    const versionId = await apps.drop("hello", nodeApp(`{ hello: event.name }`));
    while ((await apps.live("hello")) === undefined) await apps.cloud.clock.advance(250);
    expect(apps.cloud.clock.now() - begin).to.be.below(15_000);
    expect(await apps.invoke("hello", { name: "Ada" })).to.deep.equal({ hello: "Ada" });
    await apps.settle();
    const status = await apps.status("hello");
    expect(status).to.deep.include({
      state: "deployed",
      versionId,
      app: "hello",
      functionName: "zips-dev-apps-hello",
      live: "1",
      handler: "index.handler",
    });
    expect(status?.log?.url).to.contain("log-group");
  });

  it("updates it with the next zip, and keeps only the last versions", async () => {
    for (let number = 2; number <= 5; number += 1) {
      await apps.drop("hello", nodeApp(`{ number: ${number} }`));
      await apps.settle();
      expect(await apps.invoke("hello")).to.deep.equal({ number });
    }
    expect(await apps.live("hello")).to.equal("5");
    expect(await apps.versions("hello")).to.deep.equal(["4", "5"]);
  });

  it("changes nothing for the same zip again", async () => {
    await apps.drop("hello", nodeApp(`{ number: 5 }`));
    await apps.settle();
    expect((await apps.status("hello"))?.state).to.equal("deployed");
    expect(await apps.versions("hello")).to.deep.equal(["4", "5"]);
  });

  it("rejects a broken zip with the fix, and keeps the live version", async () => {
    const before = await apps.live("hello");
    for (const [zip, code] of [
      [Buffer.from("this is no zip"), "notZip"],
      [zipOf({ "README.md": "nothing runs" }), "noHandler"],
      [zipOf({ "../index.js": "exports.handler = 1" }), "traversal"],
    ] as const) {
      await apps.drop("hello", zip);
      await apps.settle();
      const status = await apps.status("hello");
      expect(status).to.deep.include({ state: "rejected", code, live: before });
      expect(status?.reason, code).to.be.a("string").with.length.above(10);
      expect(status?.fix, code).to.be.a("string").with.length.above(10);
    }
    expect(await apps.invoke("hello")).to.deep.equal({ number: 5 });
  });

  it("uses settings from the zip's lambda.json, overridden by the program's", async () => {
    const manifest = { memorySize: 1024, environment: { GREETING: "Hi", WHO: "Ada" } };
    const files = {
      "index.js": `exports.handler = async () => process.env.GREETING + " " + process.env.WHO;`,
      "lambda.json": JSON.stringify(manifest),
    };
    await apps.drop("tuned", zipOf(files));
    await apps.settle();
    const FunctionName = apps.functionName("tuned");
    const found = await apps.program
      .client(LambdaClient)
      .send(new GetFunctionConfigurationCommand({ FunctionName }));
    expect(found).to.deep.include({ MemorySize: 512, Timeout: 7 });
    expect(await apps.invoke("tuned")).to.equal("Hello Ada");
  });

  it("separates its apps from those of another pipeline in the account", async () => {
    await apps.drop("hello", nodeApp(`"other"`), "otherBucketName");
    await apps.settle();
    expect(await apps.invoke("hello", {}, "otherFunctionPrefix")).to.equal("other");
    expect(await apps.invoke("hello")).to.deep.equal({ number: 5 });
  });

  it("rejects a key that names no app, and a name that is too long with the number", async () => {
    for (const [name, says] of [
      ["Hello World", "the name of the app is 'Hello World'"],
      ["a".repeat(60), "has 60 characters, allowed are 50"],
      ["team/hello", "the name of the app is 'team/hello'"],
    ]) {
      await apps.drop(name, nodeApp("1"));
      await apps.settle();
      const status = await apps.status(name);
      expect(status?.state, name).to.equal("rejected");
      expect(status?.reason).to.contain(says);
    }
    expect(await apps.functionNames()).to.have.members([
      ...["hello", "tuned"].map((app) => apps.functionName(app)),
      apps.functionName("hello", "otherFunctionPrefix"),
      ...(await apps.functionNames()).filter((name) => name.includes("worker")),
    ]);
  });

  it("gives up an upload that crashed the worker five times, and reports the version that stays live", async () => {
    const rule = { service: "s3", operation: "GetObject", kind: "killWorkerAfter" } as const;
    const id = apps.cloud.faults.add({ ...rule, roleName: apps.roleName, times: "forever" });
    const versionId = await apps.drop("hello", nodeApp(`"kills"`));
    await apps.settle(8);
    apps.cloud.faults.remove(id);
    const status = await apps.status("hello");
    expect(status).to.deep.include({ state: "rejected", code: "failed", versionId, live: "5" });
    expect((await apps.outcomes("hello")).at(-1)).to.deep.equal({ versionId, outcome: "rejected" });
    expect(await apps.waiting("deadLettersUrl")).to.equal(1);
    expect(await apps.invoke("hello")).to.deep.equal({ number: 5 });
  });

  it("ignores messages that are not uploads, and keeps unreadable ones as dead letters", async () => {
    await apps.send(JSON.stringify({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "b" }));
    await apps.send(JSON.stringify({ Records: [] }));
    await apps.settle();
    expect(await apps.waiting("queueUrl")).to.equal(0);
    const before = await apps.waiting("deadLettersUrl");
    await apps.send("no JSON");
    await apps.settle(8);
    expect(await apps.waiting("deadLettersUrl")).to.equal(before + 1);
    expect(await apps.waiting("queueUrl")).to.equal(0);
  });
});
