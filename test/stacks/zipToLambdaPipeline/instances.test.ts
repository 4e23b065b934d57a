import { expect } from "chai";
import {
  callsOf,
  deniedCalls,
  formatUnusedPermissions,
  roleOf,
  unusedPermissions,
} from "../../../localcloud/testing";
import { countCalls, leastCalls } from "../../support/programs/pipelineLeastCalls";
import { nodeApp, zipOf } from "../../support/zips/zipApp";
import { canIsolate } from "../../callbacks/delivery/zipToLambdaPipeline/build/sandboxRuns";
import { InstancesProgram } from "./instancesProgram";

/** Calls that Lambda makes itself for a worker that is a function. */
const OF_INSTANCES = [
  "ReceiveMessage",
  "ChangeMessageVisibility",
  "DeleteMessage",
  "CreateLogStream",
  "PutLogEvents",
];

/**
 * Permissions that the zips of this program do not need. A worker that is a function has the same code and statements:
 * test/stacks/leastPrivilege.test.ts shows which of them it uses, and gives a reason for the others.
 */
const UNUSED_HERE: readonly string[] = [
  "lambda:DeleteFunction",
  "lambda:DeleteFunctionConcurrency",
  "lambda:DeleteFunctionUrlConfig",
  "lambda:ListTags",
  "lambda:ListVersionsByFunction",
  "lambda:UpdateFunctionConfiguration",
  "s3:ListBucket",
  "sqs:SendMessage",
];

describe("a ZipToLambdaPipeline on instances", function () {
  this.timeout(280_000);
  let apps: InstancesProgram;
  before(async () => {
    apps = await InstancesProgram.start();
  });
  after(() => apps?.close());

  const isQueueEmpty = async (): Promise<boolean> => (await apps.waiting("queueUrl")) === 0;

  it("starts an instance when it is deployed, which receives S3's test message", async () => {
    expect(await apps.desired()).to.equal(1);
    expect(await apps.tickState()).to.equal("ENABLED");
    expect(await apps.waiting("queueUrl")).to.equal(1);
    await apps.boot();
    await apps.workUntil("the message is taken", isQueueEmpty);
    expect(await apps.waiting("deadLettersUrl")).to.equal(0);
  });

  it("deploys a zip like a function does, with its log in the log group", async () => {
    const versionId = await apps.drop("hello", nodeApp(`"hello"`));
    await apps.workUntil("LIVE is there", async () => (await apps.live("hello")) === "1");
    await apps.workUntil("the upload has ended", isQueueEmpty);
    expect(await apps.invoke("hello")).to.equal("hello");
    const status = await apps.status("hello");
    expect(status).to.deep.include({ state: "deployed", versionId });
    expect(status?.log?.group).to.equal(apps.output("logGroupName"));
    expect(await apps.outcomes("hello")).to.deep.equal([{ versionId, outcome: "deployed" }]);
  });

  it("makes no more calls for an update than a function does, besides those for the message and the log", async () => {
    const after = apps.cloud.recorder.last;
    await apps.drop("hello", nodeApp(`"second"`));
    await apps.workUntil("the second is live", async () => (await apps.live("hello")) === "2");
    await apps.workUntil("the upload has ended", isQueueEmpty);
    const calls = callsOf(apps.cloud, apps.output("instanceRole"), { after })
      .map(({ operation }) => operation)
      .filter((one) => !OF_INSTANCES.includes(one));
    const { own, least } = countCalls(calls, leastCalls.update);
    expect(own.length, own.join()).to.be.at.most(least.length * 1.1);
    expect(own).to.include.members([...least]);
  });

  it("deploys the result of a zip's build, which has seen no credentials", async function () {
    if (!canIsolate()) this.skip();
    const make = `require("fs").writeFileSync("index.js", "exports.handler = async () => " + JSON.stringify(Object.keys(process.env).filter((one) => /AWS|QUEUE|INSTANCE/.test(one))))`;
    const manifest = JSON.stringify({ build: ["node make.js", "rm make.js"] });
    await apps.drop("built", zipOf({ "lambda.json": manifest, "make.js": make }));
    await apps.workUntil("LIVE is there", async () => (await apps.live("built")) === "1");
    await apps.workUntil("the upload has ended", isQueueEmpty);
    expect(await apps.invoke("built")).to.deep.equal([]);
    expect(await apps.status("built")).to.deep.include({ state: "deployed", buildOutput: "" });
  });

  it("rejects a build that reads the credentials of its instance, which it cannot reach", async function () {
    if (!canIsolate()) this.skip();
    const ask =
      "for one in 169.254.169.254 '[fd00:ec2::254]'; do curl -sSf -m 5 http://$one/ && exit 0; done; exit 9";
    const manifest = JSON.stringify({ build: [ask] });
    const files = { "lambda.json": manifest, "index.js": "exports.handler = 1;" };
    await apps.drop("thief", zipOf(files));
    const isRejected = async () => (await apps.status("thief"))?.state === "rejected";
    await apps.workUntil("it is rejected", isRejected);
    await apps.workUntil("the upload has ended", isQueueEmpty);
    const status = await apps.status("thief");
    expect(status?.reason).to.match(/ended with exit code 9$/);
    expect(status?.buildOutput).to.match(
      /Failed to connect to 169[^]*Failed to connect to fd00:ec2::254/,
    );
    expect(await apps.live("thief")).to.equal(undefined);
  });

  it("requests its maximum of instances within a minute of a backlog, and loses none of it", async () => {
    // The present instance must not finish before the minute is over: its process is real.
    const rule = { service: "lambda", operation: "CreateFunction", kind: "throttle" } as const;
    const id = apps.cloud.faults.add({ ...rule, times: "forever" });
    const names = Array.from({ length: 6 }, (_value, index) => `many-${index}`);
    for (const name of names) await apps.drop(name, nodeApp(`"${name}"`));
    await apps.seconds(60);
    expect(await apps.desired()).to.equal(3);
    apps.cloud.faults.remove(id);
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
    // GetFunction returns tags only with permission to list them; that is not a separate call.
    expect(actions).to.deep.equal(["lambda:ListTags"]);
  });

  it("has no instance after their idle time, and sleeps", async () => {
    const idleSince = apps.cloud.clock.now();
    const minutes = (): number => (apps.cloud.clock.now() - idleSince) / 60_000;
    // Their processes are real, and may be late by a receive or two.
    while ((await apps.instances()) > 0 && minutes() < 15) await apps.receiveOnce();
    // Some of them have been idle for a while.
    expect(minutes()).to.be.within(1, 14);
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

  it("alarms within three minutes when the checker is dead, and catches up when it is back", async () => {
    const rule = { service: "auto-scaling", operation: "DescribeAutoScalingGroups" } as const;
    const roleName = roleOf(apps.engine.session.resources, "apps-checker");
    const fault = { ...rule, roleName, kind: "internalError" } as const;
    const id = apps.cloud.faults.add({ ...fault, times: "forever" });
    const since = apps.cloud.clock.now();
    await apps.drop("unseen", nodeApp(`"unseen"`));
    let alarmed: number | undefined;
    // The last of Lambda's three tries comes after three minutes: the fault must be gone by then.
    for (let wait = 0; alarmed === undefined && wait < 170; wait += 10) {
      await apps.seconds(10);
      [alarmed] = await apps.alarmsOf("apps-checker-errors");
    }
    expect((alarmed ?? Infinity) - since).to.be.within(0, 180_000);
    expect(await apps.desired()).to.equal(0);
    apps.cloud.faults.remove(id);
    await apps.seconds(180);
    expect(await apps.desired()).to.equal(1);
    await apps.boot();
    await apps.workUntil("LIVE is there", async () => (await apps.live("unseen")) === "1");
    await apps.workUntil("the upload has ended", isQueueEmpty);
  });

  it("loses nothing when an instance is terminated while it works", async () => {
    const rule = { service: "lambda", operation: "CreateFunction", kind: "throttle" } as const;
    const id = apps.cloud.faults.add({ ...rule, times: "forever" });
    const after = apps.cloud.recorder.last;
    await apps.drop("orphan", nodeApp(`"orphan"`));
    const isStuck = async () =>
      apps.cloud.recorder.find({ operation: "CreateFunction", after }).length > 0;
    await apps.workUntil("the instance works on it", isStuck);
    await apps.endInstances();
    apps.cloud.faults.remove(id);
    await apps.seconds(10);
    await apps.boot();
    await apps.workUntil("LIVE is there", async () => (await apps.live("orphan")) === "1");
    await apps.workUntil("the upload has ended", isQueueEmpty);
    expect((await apps.outcomes("orphan")).map(({ outcome }) => outcome)).to.deep.equal([
      "deployed",
    ]);
  });

  it("uses every permission of instances and the checker, except those that these zips do not need", async () => {
    await apps.send("no notification");
    const after = apps.cloud.recorder.last;
    const isPostponed = async () =>
      apps.cloud.recorder.find({ operation: "ChangeMessageVisibility", after }).length > 0;
    await apps.workUntil("a message that fails is to come again", isPostponed);
    const roles = ["apps-instance-role-*", "apps-checker-role-*"];
    const unused = await unusedPermissions(apps.cloud, { roles });
    const isExpected = ({ roleName, action }: (typeof unused)[number]): boolean =>
      roleName.startsWith("apps-instance") && UNUSED_HERE.includes(action);
    const own = unused.filter((one) => !isExpected(one));
    expect(formatUnusedPermissions(own)).to.equal(formatUnusedPermissions([]));
    const found = [...new Set(unused.map(({ action }) => action))].sort();
    expect(found).to.deep.equal(UNUSED_HERE);
  });

  it("was denied nothing", () => {
    expect(deniedCalls(apps.cloud)).to.deep.equal([]);
  });
});
