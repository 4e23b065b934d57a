import { expect } from "chai";
import { callsOf } from "../../../../../localcloud/testing";
import { countCalls, leastCalls } from "../../../../support/programs/pipelineLeastCalls";
import { nodeApp } from "../../../../support/zips/zipApp";
import { silenceConsole } from "../../../../support/silenceConsole";
import { BOOT, IDLE_TIME, MAX, WorkersCloud, ZIPS_PER_WORKER } from "./workersCloud";

/** Milliseconds that Lambda takes for a change. */
const CHANGE_MS = 20_000;
/** Number of zips that need all instances. */
const BACKLOG = ZIPS_PER_WORKER * MAX;

describe("the timing of a ZipToLambdaPipeline's instances, starting with none", function () {
  this.timeout(120_000);
  let workers: WorkersCloud;
  let speak: () => void;
  let dropped = 0;
  before(async () => {
    speak = silenceConsole();
    workers = await WorkersCloud.start();
    // Changes in Lambda take a moment, so that one instance does not finish before others are started.
    workers.apps.lambda.changeDelayMs = CHANGE_MS;
  });
  after(async () => {
    speak();
    await workers?.close();
  });

  const secondsSince = (time: number): number => (workers.now() - time) / 1000;
  const isDone = (): boolean => workers.messages() === 0;

  it("has one in service 30 s and a boot after the first zip", async () => {
    expect([workers.desired, await workers.isTicking()]).to.deep.equal([0, false]);
    dropped = workers.now();
    await workers.drop("first", nodeApp(`"first"`));
    expect(await workers.until(() => workers.inService === 1, 30 + BOOT)).to.equal(true);
    expect(secondsSince(dropped)).to.be.within(BOOT, 30 + BOOT);
    expect(await workers.until(isDone, 120)).to.equal(true);
  });

  it("keeps no more calls open for an update than a function makes, besides those of the message and the log", async () => {
    const { lambda, cloud } = workers.apps;
    lambda.changeDelayMs = 0;
    const after = cloud.recorder.last;
    await workers.drop("first", nodeApp(`"second"`));
    expect(await workers.until(isDone, 60)).to.equal(true);
    await workers.seconds(2);
    lambda.changeDelayMs = CHANGE_MS;
    const calls = callsOf(cloud, "instances", { after }).map(({ operation }) => operation);
    const queueAndLog = ["ReceiveMessage", "DeleteMessage", "PutLogEvents"];
    const { own, least } = countCalls(calls, [...leastCalls.update, ...queueAndLog]);
    expect(own.length, own.join()).to.be.at.most(least.length * 1.1);
    expect(own).to.include.members([...least]);
  });

  it("terminates them 15 to 20 minutes after the last zip, and the checker sleeps", async () => {
    const since = workers.now();
    const isNone = (): boolean => workers.instances === 0;
    expect(await workers.until(isNone, 1500)).to.equal(true);
    expect(secondsSince(since)).to.be.within(IDLE_TIME, 1200);
    await workers.seconds(120);
    expect(await workers.isTicking()).to.equal(false);
    expect(workers.desired).to.equal(0);
    // Two uploads, and each minute from the first one on: the calls that the documentation promises.
    expect(workers.checkerCalls).to.be.within(IDLE_TIME / 60 + 2, 22);
  });

  it("has the maximum a minute and a boot after a backlog, and deploys all of it", async () => {
    dropped = workers.now();
    for (let index = 0; index < BACKLOG; index += 1)
      await workers.drop(`app-${index}`, nodeApp(`${index}`));
    const isMost = (): boolean => workers.inService === MAX;
    expect(await workers.until(isMost, 60 + BOOT)).to.equal(true);
    expect(secondsSince(dropped)).to.be.within(BOOT, 60 + BOOT);
    expect(await workers.until(isDone, 1200)).to.equal(true);
    const outcomes = [...(await workers.apps.outcomes()).values()];
    expect(outcomes).to.deep.equal(Array.from({ length: BACKLOG + 2 }, () => "deployed"));
    expect(workers.checkerErrors).to.deep.equal([]);
  });
});
