import { expect } from "chai";
import {
  advanceUntilQuiet,
  type FaultCase,
  faultMatrix,
  formatFaultMatrix,
  MATRIX_FAULTS,
  type MatrixFault,
  roleOf,
} from "../../../localcloud/testing";
import { RedeployProgram } from "./program";

/**
 * `npm run fuzz` tries every fault at every call. In CI each call that changes something loses its worker right after
 * it, and, if AWS has no idempotency token for it, its answer too; the calls that only read share the other faults.
 */
function sample({ id, fault, call }: FaultCase): boolean {
  if (process.env.FUZZ) return true;
  if (/^(Get|List|Describe|Query|Decrypt)/.test(call.operation))
    return fault === MATRIX_FAULTS[Number.parseInt(id) % MATRIX_FAULTS.length];
  return fault === "killWorkerAfter" || (fault === "connectionLostAfter" && call.service === "ecs");
}

/** Of a rollback only the calls that a successful deployment lacks. */
function sampleOfWayBack(one: FaultCase): boolean {
  if (process.env.FUZZ) return true;
  return /^(GetItem|DeregisterTaskDefinition)$/.test(one.call.operation) && sample(one);
}

/** Faults that do not end by themselves. */
const FOR_EVER: readonly MatrixFault[] = ["accessDenied", "throttleForever"];

/** An accepted push must be deployed or kept, whatever fails on the way. */
describe("example webhook-redeployer under faults", function () {
  this.timeout(600_000);
  let shop: RedeployProgram;
  let pushes = 0;
  let tag = "";
  let status = 0;
  let deliveryId = "";
  let start = { sequence: 0, newest: 0 };

  before(async () => {
    shop = await RedeployProgram.start();
  });
  after(() => shop?.close());

  async function prepare(): Promise<void> {
    await shop.purge(/-(dead|failures|undelivered)$/);
    start = { sequence: shop.cloud.recorder.last, newest: Math.max(...(await shop.revisions())) };
  }

  async function run(): Promise<void> {
    pushes += 1;
    tag = `1.${pushes}.0`;
    const pushed_at = Math.floor(shop.cloud.clock.now() / 1000);
    const response = await shop.post({ tag, push_data: { pushed_at } });
    status = response.status;
    deliveryId =
      status === 202 ? ((await response.json()) as { deliveryId: string }).deliveryId : "";
  }

  /** Waits until no message is left: one that arrives later would count for the next case. */
  async function settle(): Promise<void> {
    for (let round = 0; round < 5; round += 1) {
      await advanceUntilQuiet(shop.cloud, { quietMinutes: 7, limitMinutes: 90 });
      if ((await shop.waiting()) === 0) return;
    }
    throw new Error("Messages never left the queues.");
  }

  /** Expects exactly one revision, or a kept message with the reason; never accepted and lost. */
  async function applied(): Promise<void> {
    const registered = shop.cloud.recorder
      .find({ after: start.sequence, operation: "RegisterTaskDefinition" })
      .filter(
        ({ outcome, input }) => outcome === "ok" && JSON.stringify(input).includes("demo-web"),
      );
    const newest = Math.max(...(await shop.revisions()));
    expect(newest - start.newest, "new revisions").to.be.at.most(1);
    expect(registered.length).to.be.at.most(1);
    if (status !== 202) return;
    if ((await shop.image()) === `acme/web:${tag}`) {
      expect(newest - start.newest).to.equal(1);
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
      sample,
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
      sample,
      prepare,
      run,
      settle,
      check: applied,
    });
    console.log(formatFaultMatrix(report));
  });

  it("completion: a deployed image is pinned, or the event is kept", async () => {
    const roleName = roleOf(shop.engine.session.resources, "redeploy-completion");
    const check = async (fault: FaultCase | undefined): Promise<void> => {
      await applied();
      const read = { pin: await shop.pin(), rolling: await shop.rolling() };
      if (read.pin === `acme/web:${tag}` && read.rolling === undefined) return;
      expect(fault?.fault, "a fault that ends").to.be.oneOf(FOR_EVER);
      expect(await shop.deadLetters(/completion-failures$/), "the event").to.not.deep.equal([]);
    };
    const report = await faultMatrix({
      cloud: shop.cloud,
      roleName,
      sample,
      prepare,
      run,
      settle,
      check,
    });
    console.log(formatFaultMatrix(report));
  });

  it("completion: an image that does not start is rolled back and withdrawn, or the event is kept", async () => {
    const roleName = roleOf(shop.engine.session.resources, "redeploy-completion");
    let last = { image: await shop.image(), pin: await shop.pin() };
    const check = async (fault: FaultCase | undefined): Promise<void> => {
      // ECS itself rolls back, whatever happens to the event about it.
      expect({ image: await shop.image(), pin: await shop.pin() }).to.deep.equal(last);
      const [newest] = (await shop.revisions()).sort((a, b) => b - a);
      const { "family#demo-web": web } = await shop.result(deliveryId);
      const ended = { state: web.state.S, newest, rolling: await shop.rolling() };
      const rolledBack = { state: "rolledBack", newest: start.newest, rolling: undefined };
      if (fault === undefined || !FOR_EVER.includes(fault.fault))
        return void expect(ended).to.deep.equal(rolledBack);
      if (JSON.stringify(ended) === JSON.stringify(rolledBack)) return;
      expect(await shop.deadLetters(/completion-failures$/), "the event").to.not.deep.equal([]);
    };
    const report = await faultMatrix({
      cloud: shop.cloud,
      roleName,
      name: "redeploy-completion-back",
      sample: sampleOfWayBack,
      prepare: async () => {
        await prepare();
        // A case may leave a revision that its fault has prevented from being withdrawn.
        last = { image: await shop.image(), pin: await shop.pin() };
      },
      run: () => {
        shop.images.push(`acme/web:1.${pushes + 1}.0`, { crashes: true });
        return run();
      },
      settle,
      check,
    });
    expect(report.calls.map(({ operation }) => operation)).to.include.members([
      "GetItem",
      "DeregisterTaskDefinition",
    ]);
    console.log(formatFaultMatrix(report));
  });
});
