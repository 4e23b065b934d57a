import { expect } from "chai";
import { callsOf, deniedCalls, unusedPermissions } from "../../../localcloud/testing";
import { nodeApp } from "../../support/zipApp";
import { InstancesProgram } from "./instancesProgram";

describe("a ZipToLambdaPipeline on instances", function () {
  this.timeout(280_000);
  let apps: InstancesProgram;
  before(async () => {
    apps = await InstancesProgram.start();
  });
  after(() => apps?.close());

  const isQueueEmpty = async (): Promise<boolean> => (await apps.waiting("queueUrl")) === 0;

  it("starts an instance when it is deployed, which takes S3's test message", async () => {
    expect(await apps.desired()).to.equal(1);
    expect(await apps.tickState()).to.equal("ENABLED");
    expect(await apps.waiting("queueUrl")).to.equal(1);
    await apps.boot();
    await apps.workUntil("the message is taken", isQueueEmpty);
    expect(await apps.waiting("deadLettersUrl")).to.equal(0);
  });

  it("brings a zip into service as a function does, with the log of it in the log group", async () => {
    const versionId = await apps.drop("hello", nodeApp(`"hello"`));
    await apps.workUntil("LIVE is there", async () => (await apps.live("hello")) === "1");
    await apps.workUntil("the upload has ended", isQueueEmpty);
    expect(await apps.invoke("hello")).to.equal("hello");
    const status = await apps.status("hello");
    expect(status).to.deep.include({ state: "deployed", versionId });
    expect(status?.log?.group).to.equal(apps.output("logGroupName"));
    expect(await apps.outcomes("hello")).to.deep.equal([{ versionId, outcome: "deployed" }]);
  });

  it("asks for its most instances within a minute of a backlog, and loses none of it", async () => {
    const names = Array.from({ length: 6 }, (_value, index) => `many-${index}`);
    for (const name of names) await apps.drop(name, nodeApp(`"${name}"`));
    await apps.seconds(60);
    expect(await apps.desired()).to.equal(3);
    await apps.boot();
    await apps.workUntil("all is done", isQueueEmpty);
    for (const name of names) expect(await apps.live(name), name).to.equal("1");
    expect(await apps.waiting("deadLettersUrl")).to.equal(0);
  });

  it("rolls back and removes an app by its function, which may do nothing else", async () => {
    await apps.drop("many-0", nodeApp(`"second"`));
    await apps.workUntil("the second is live", async () => (await apps.live("many-0")) === "2");
    await apps.workUntil("the upload has ended", isQueueEmpty);
    const rolledBack = await apps.ask({ rollback: { app: "many-0" } });
    expect(rolledBack).to.deep.equal({ app: "many-0", live: "1", before: "2" });
    expect(await apps.ask({ remove: { app: "many-0" } })).to.deep.include({ removed: true });
    expect(await apps.live("many-0")).to.equal(undefined);
    const unused = await unusedPermissions(apps.cloud, { roles: ["apps-worker-role-*"] });
    const actions = unused.map(({ action }) => action);
    // GetFunction shows tags only to those who may list them; that is no call of its own.
    expect(actions).to.deep.equal(["lambda:ListTags"]);
  });

  it("has no instance within three minutes of the time that they may be idle, and sleeps", async () => {
    const idleSince = apps.cloud.clock.now();
    const minutes = (): number => (apps.cloud.clock.now() - idleSince) / 60_000;
    while ((await apps.instances()) > 0 && minutes() < 10) await apps.look();
    // Some of them have been idle for a while.
    expect(minutes()).to.be.within(1, 5);
    await apps.seconds(120);
    expect(await apps.desired()).to.equal(0);
    expect(await apps.tickState()).to.equal("DISABLED");
  });

  it("calls nothing at rest", async () => {
    const after = apps.cloud.recorder.last;
    await apps.cloud.clock.advance(3 * 3_600_000);
    const calls = apps.cloud.recorder.find({ service: "lambda", operation: "Invoke", after });
    expect(calls).to.deep.equal([]);
    expect(callsOf(apps.cloud, apps.output("instanceRole"), { after })).to.deep.equal([]);
  });

  it("was refused nothing", () => {
    expect(deniedCalls(apps.cloud)).to.deep.equal([]);
  });
});
