import { PurgeQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import {
  advanceUntilQuiet,
  dockerHubPush,
  type FaultCase,
  faultMatrix,
  formatFaultMatrix,
  MATRIX_FAULTS,
  roleOf,
} from "../../localcloud/testing";
import { RedeployProgram } from "./webhookRedeployerProgram";

/**
 * The worker waits out throttles for most of a minute, in its own process's time: what happens when they never end is
 * tested in that process (test/callbacks/redeploy). In CI the faults that can lose or double something are tried.
 */
const FAULTS = MATRIX_FAULTS.filter((fault) =>
  process.env.FUZZ
    ? fault !== "throttleForever"
    : ["connectionLostAfter", "killWorkerAfter", "killWorkerBefore"].includes(fault),
);
const PUSHED = dockerHubPush().push_data.pushed_at;

/** What an accepted push must come to, whatever goes wrong on the way. */
describe("example webhook-redeployer under faults", function () {
  this.timeout(600_000);
  let shop: RedeployProgram;
  let pushes = 0;
  let tag = "";
  let status = 0;
  let before = { sequence: 0, newest: 0 };

  beforeEach(async () => {
    shop = await RedeployProgram.start();
  });
  afterEach(() => shop?.close());

  async function prepare(): Promise<void> {
    await shop.deadLetters();
    // A queue may be purged once a minute.
    await shop.cloud.clock.advance(61_000);
    for (const { type, urn, outputs } of shop.engine.session.resources)
      if (type === "aws:sqs/queue:Queue" && /-(dead|failures)$/.test(urn))
        await shop.program
          .client(SQSClient)
          .send(new PurgeQueueCommand({ QueueUrl: String(outputs.url) }));
    before = { sequence: shop.cloud.recorder.last, newest: Math.max(...(await shop.revisions())) };
  }

  async function run(): Promise<void> {
    pushes += 1;
    tag = `1.${pushes}.0`;
    const response = await shop.post({ tag, push_data: { pushed_at: PUSHED + pushes * 3600 } });
    status = response.status;
  }

  const settle = (): Promise<void> =>
    advanceUntilQuiet(shop.cloud, { quietMinutes: 8, limitMinutes: 90 });

  /** Applied by exactly one revision, or kept with the reason; never accepted and lost. */
  async function applied(): Promise<void> {
    const registered = shop.cloud.recorder
      .find({ after: before.sequence, operation: "RegisterTaskDefinition" })
      .filter(
        ({ outcome, input }) => outcome === "ok" && JSON.stringify(input).includes("demo-web"),
      );
    const newest = Math.max(...(await shop.revisions()));
    expect(newest - before.newest, "new revisions").to.be.at.most(1);
    expect(registered.length).to.be.at.most(1);
    if (status !== 202) return;
    if ((await shop.image()) === `acme/web:${tag}`) {
      expect(newest - before.newest).to.equal(1);
      return;
    }
    const letters = await shop.deadLetters();
    expect(letters, "neither deployed nor kept").to.not.deep.equal([]);
    for (const { MessageAttributes } of letters)
      expect(MessageAttributes?.reason.StringValue).to.match(/\w/);
  }

  it("ack: an accepted push is deployed, and a refused one may be sent again", async () => {
    const roleName = roleOf(shop.engine.session.resources, "redeploy-ack");
    const report = await faultMatrix({
      cloud: shop.cloud,
      roleName,
      faults: FAULTS,
      prepare,
      run,
      settle,
      check: applied,
    });
    console.log(formatFaultMatrix(report));
  });

  it("worker: every push is deployed once, or kept with its reason", async () => {
    const roleName = roleOf(shop.engine.session.resources, "redeploy-worker");
    const report = await faultMatrix({
      cloud: shop.cloud,
      roleName,
      faults: FAULTS,
      prepare,
      run,
      settle,
      check: applied,
    });
    console.log(formatFaultMatrix(report));
  });

  it("completion: what is deployed is pinned, or the event is kept", async () => {
    const roleName = roleOf(shop.engine.session.resources, "redeploy-completion");
    const check = async (fault: FaultCase | undefined): Promise<void> => {
      await applied();
      const isForEver = fault?.fault === "accessDenied";
      if (!isForEver) expect(await shop.pin()).to.equal(`acme/web:${tag}`);
    };
    const report = await faultMatrix({
      cloud: shop.cloud,
      roleName,
      faults: FAULTS,
      prepare,
      run,
      settle,
      check,
    });
    console.log(formatFaultMatrix(report));
  });
});
