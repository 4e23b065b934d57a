import { expect } from "chai";
import { advanceUntilQuiet, dockerHubPush } from "../../../localcloud/testing";
import { RedeployProgram } from "./program";

const PUSHED = dockerHubPush().push_data.pushed_at;

/** A developer saves a file, or a pipeline runs the update, while ECS is replacing the tasks. */
describe("example webhook-redeployer, updated while a push is rolling out", function () {
  this.timeout(120_000);
  let shop: RedeployProgram;
  let pushes = 0;

  before(async () => {
    shop = await RedeployProgram.start({ refresh: true });
  });
  after(() => shop?.close());

  /** Pushes a tag, and returns when ECS has begun to replace the service's tasks. */
  async function startRollout(tag: string): Promise<void> {
    pushes += 1;
    const response = await shop.post({ tag, push_data: { pushed_at: PUSHED + pushes * 3600 } });
    expect(response.status).to.equal(202);
    for (let second = 0; second < 120; second += 1) {
      await shop.cloud.clock.advance(1000);
      if ((await shop.image()) === `acme/web:${tag}`) return;
    }
    throw new Error(`the deployment of ${tag} did not begin`);
  }

  const rolloutStates = async (): Promise<(string | undefined)[]> =>
    ((await shop.service()).deployments ?? []).map(({ rolloutState }) => rolloutState);

  const settle = (): Promise<void> =>
    advanceUntilQuiet(shop.cloud, { quietMinutes: 3, limitMinutes: 60 });

  async function expectRunning(image: string, memory: number): Promise<void> {
    const { containerDefinitions = [] } = await shop.running();
    expect(containerDefinitions[0]).to.include({ image, memory });
    expect(await rolloutStates()).to.deep.equal(["COMPLETED"]);
  }

  it("changes nothing when the program has not changed, and pins the new image", async () => {
    await startRollout("1.1.0");
    const { taskDefinition } = await shop.service();
    const before = shop.engine.calls;
    await shop.update(128);
    expect(await rolloutStates()).to.include("IN_PROGRESS");
    expect(shop.engine.writes(before).filter((call) => call !== "kms:Decrypt")).to.deep.equal([]);
    expect((await shop.service()).taskDefinition).to.equal(taskDefinition);
    await settle();
    await expectRunning("acme/web:1.1.0", 128);
    expect(await shop.pin()).to.equal("acme/web:1.1.0");
  });

  it("changes what the program changes, keeps rolling out the new image, and pins it", async () => {
    await startRollout("1.2.0");
    await shop.update(256);
    expect(await rolloutStates()).to.include("IN_PROGRESS");
    await settle();
    await expectRunning("acme/web:1.2.0", 256);
    expect(await shop.pin()).to.equal("acme/web:1.2.0");
  });

  it("keeps the old image when the rollout fails, in ECS, in the pin and in the program", async () => {
    shop.images.push("acme/web:1.3.0", { crashes: true });
    await startRollout("1.3.0");
    await shop.update(256);
    expect(await shop.image(), "ECS has not given up yet").to.equal("acme/web:1.3.0");
    await settle();
    await expectRunning("acme/web:1.2.0", 256);
    expect(await shop.pin()).to.equal("acme/web:1.2.0");
    await shop.update(512);
    await settle();
    await expectRunning("acme/web:1.2.0", 512);
  });

  it("keeps the old image when the rollout of an updated revision fails", async () => {
    shop.images.push("acme/web:1.4.0", { crashes: true });
    await startRollout("1.4.0");
    await shop.update(128);
    await settle();
    expect(await shop.image()).to.equal("acme/web:1.2.0");
    expect(await shop.pin()).to.equal("acme/web:1.2.0");
    await shop.update(128);
    await settle();
    await expectRunning("acme/web:1.2.0", 128);
  });
});
