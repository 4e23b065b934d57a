import { expect } from "chai";
import { DeleteServiceCommand, DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { completionHandler, outcome } from "../../../../callbacks/ecs/webhookRedeployer/completion";
import { dockerHubPush } from "../../../../localcloud/testing";
import { silenceConsole } from "../../../support/silenceConsole";
import { deliveryIdIn, RedeployCloud } from "./redeployerCloud";

const PUSHED = dockerHubPush().push_data.pushed_at;
const ROLLS_BACK = {
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
};

describe("the end of a redeployment", function () {
  this.timeout(60_000);
  let cloud: RedeployCloud;
  let restoreConsole: () => void;

  beforeEach(async () => {
    restoreConsole = silenceConsole();
    cloud = await RedeployCloud.start();
    await cloud.cluster("main");
    await cloud.family("web", { app: "acme/web:1.0", proxy: "acme/proxy:1" });
  });
  afterEach(async () => {
    restoreConsole();
    await cloud.close();
  });

  async function service(name: string, more = {}): Promise<void> {
    await cloud.service("main", name, "web", more);
    await cloud.cloud.clock.advance(300_000);
  }

  /** Pushes a tag, handles it, and sends the events of deployments as they end. */
  async function push(
    change: Parameters<RedeployCloud["post"]>[0],
    ...services: string[]
  ): Promise<string> {
    const deliveryId = deliveryIdIn(await cloud.post(change));
    await cloud.settle();
    await sendEvents(...services);
    return deliveryId;
  }

  /** Sends EventBridge's events about the services in half an hour. */
  async function sendEvents(...services: string[]): Promise<void> {
    const handler = completionHandler(cloud.workerConfig, cloud.deps);
    // A failed deployment is listed for less than a minute.
    for (let seconds = 0; seconds < 1800; seconds += 15) {
      await cloud.cloud.clock.advance(15_000);
      for (const name of services) {
        const { serviceArn = "", deployments = [] } = await cloud.describe("main", name);
        for (const { id = "", rolloutState } of deployments)
          if (rolloutState !== "IN_PROGRESS")
            await handler({
              resources: [serviceArn],
              detail: { eventName: `SERVICE_DEPLOYMENT_${rolloutState}`, deploymentId: id },
            });
      }
    }
  }

  async function latestImages(): Promise<(string | undefined)[] | undefined> {
    const { taskDefinition } = await cloud.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: "web" }),
    );
    return taskDefinition?.containerDefinitions?.map(({ image }) => image);
  }

  it("withdraws the revision that every service was rolled back from: the next push builds on the last good one", async () => {
    cloud.ackConfig = { ...cloud.ackConfig, repositories: ["acme/web", "acme/proxy"] };
    await service("shop", ROLLS_BACK);
    cloud.images.push("acme/web:1.1", { crashes: true });
    const bad = await push({ tag: "1.1" }, "shop");
    expect((await cloud.results(bad))["family#web"]).to.equal("rolledBack");
    expect(await cloud.revisions("web")).to.deep.equal(["web:1"]);
    const proxy = { repository: { repo_name: "acme/proxy" }, push_data: { pushed_at: PUSHED + 9 } };
    const good = await push({ tag: "2", ...proxy }, "shop");
    expect(await latestImages()).to.deep.equal(["acme/web:1.0", "acme/proxy:2"]);
    expect((await cloud.results(good))["family#web"]).to.equal("completed");
    expect((await cloud.describe("main", "shop")).taskDefinition).to.match(/web:3$/);
  });

  it("withdraws no revision that another one has followed, and none that it has not registered", async () => {
    await service("shop", ROLLS_BACK);
    for (const tag of ["1.1", "1.2"]) cloud.images.push(`acme/web:${tag}`, { crashes: true });
    const moved = deliveryIdIn(await cloud.post({ tag: "1.1" }));
    await cloud.settle();
    await cloud.family("web", { app: "acme/web:1.2", proxy: "acme/proxy:1" });
    await sendEvents("shop");
    expect((await cloud.results(moved))["family#web"]).to.equal("rolledBack");
    expect(await cloud.revisions("web")).to.deep.equal(["web:1", "web:2", "web:3"]);
    const kept = await push({ tag: "1.2", push_data: { pushed_at: PUSHED + 9 } }, "shop");
    expect((await cloud.results(kept))["family#web"]).to.equal("rolledBack");
    expect(await cloud.revisions("web")).to.deep.equal(["web:1", "web:2", "web:3"]);
  });

  it("keeps the revision that another service runs", async () => {
    await service("shop", ROLLS_BACK);
    await cloud.service("main", "idle", "web", { desiredCount: 0 });
    await cloud.cloud.clock.advance(300_000);
    cloud.images.push("acme/web:1.1", { crashes: true });
    const id = await push({ tag: "1.1" }, "idle", "shop");
    expect((await cloud.results(id))["family#web"]).to.equal("rolledBack");
    expect(await cloud.revisions("web")).to.deep.equal(["web:1", "web:2"]);
  });

  it("is failed when the circuit breaker does not roll the service back", async () => {
    const deploymentCircuitBreaker = { enable: true, rollback: false };
    await service("shop", { deploymentConfiguration: { deploymentCircuitBreaker } });
    cloud.images.push("acme/web:1.1", { crashes: true });
    const id = await push({ tag: "1.1" }, "shop");
    expect((await cloud.results(id))["family#web"]).to.equal("failed");
    expect(await cloud.revisions("web")).to.deep.equal(["web:1", "web:2"]);
    expect(await cloud.pins()).to.deep.equal({});
  });

  it("pins when the last service that it waited for is deleted", async () => {
    await service("shop");
    await service("closed");
    const id = deliveryIdIn(await cloud.post({ tag: "1.1" }));
    await cloud.settle();
    await cloud.ecs.send(
      new DeleteServiceCommand({ cluster: "main", service: "closed", force: true }),
    );
    await push({ tag: "1.1" }, "shop");
    expect((await cloud.results(id))["family#web"]).to.equal("completed");
    expect(await cloud.pins()).to.deep.equal({ "/shop/dev/images/web/app": "acme/web:1.1" });
  });

  it("trusts the event when ECS has no rollout state, as behind a Classic Load Balancer", () => {
    const ended = {
      eventName: "SERVICE_DEPLOYMENT_COMPLETED",
      deploymentId: "ecs-svc/2",
      hasFailed: false,
      hasImages: true,
    };
    const running = (id: string) => ({ deployments: [{ id, status: "PRIMARY" }] });
    expect(outcome(ended, running("ecs-svc/2"))).to.equal("completed");
    expect(outcome(ended, running("ecs-svc/3"))).to.equal("moving");
    expect(outcome({ ...ended, hasImages: false }, running("ecs-svc/2"))).to.equal("moving");
  });

  it("keeps the revisions that services and rules start tasks from, beyond keepRevisions", async () => {
    cloud.workerConfig = { ...cloud.workerConfig, keepRevisions: 1 };
    for (const tag of ["0.8", "0.9"])
      await cloud.family("web", { app: `acme/web:${tag}`, proxy: "acme/proxy:1" });
    await cloud.service("main", "shop", "web:1", ROLLS_BACK);
    await cloud.cloud.clock.advance(300_000);
    await push({ tag: "1.1" }, "shop");
    expect(await cloud.revisions("web"), "the way back").to.deep.equal(["web:1", "web:4"]);
  });

  it("is not delayed by old revisions that it may not deregister", async () => {
    cloud.workerConfig = { ...cloud.workerConfig, keepRevisions: 1 };
    await cloud.family("web", { app: "acme/web:1.0" });
    cloud.cloud.faults.add({
      kind: "accessDenied",
      service: "ecs",
      operation: "DeregisterTaskDefinition",
      times: "forever",
    });
    const id = await push({ tag: "1.1" });
    expect((await cloud.results(id))["family#web"]).to.equal("completed");
    expect(await cloud.pins()).to.deep.equal({ "/shop/dev/images/web/app": "acme/web:1.1" });
  });

  it("retries while Parameter Store throttles", async () => {
    cloud.cloud.faults.add({
      kind: "throttle",
      service: "ssm",
      operation: "PutParameter",
      times: 5,
    });
    await cloud.post({ tag: "1.1" });
    await cloud.settle();
    expect(await cloud.pins()).to.deep.equal({ "/shop/dev/images/web/app": "acme/web:1.1" });
  });

  it("is superseded for a push that a newer one overtook while the family was rolling", async () => {
    await service("shop");
    const first = deliveryIdIn(await cloud.post({ tag: "7.0" }));
    await cloud.settle();
    expect((await cloud.results(first))["family#web"]).to.equal("moving");
    const second = await push({ tag: "7.1", push_data: { pushed_at: PUSHED + 60 } }, "shop");
    expect((await cloud.results(first))["family#web"]).to.equal("superseded");
    expect((await cloud.results(second))["family#web"]).to.equal("completed");
    expect(await cloud.pins()).to.deep.equal({ "/shop/dev/images/web/app": "acme/web:7.1" });
    // Delivered again, the older one changes nothing.
    await push({ tag: "7.0" }, "shop");
    expect((await cloud.results(first))["family#web"]).to.equal("superseded");
  });

  it("keeps the result of a push that is delivered again after a newer one", async () => {
    await service("shop");
    const id = await push({ tag: "1.1" }, "shop");
    const before = await cloud.results(id);
    await push({ tag: "1.2", push_data: { pushed_at: PUSHED + 1000 } }, "shop");
    await push({ tag: "1.1" }, "shop");
    expect(await cloud.results(id)).to.deep.equal(before);
  });

  it("deploys later pushes after somebody has sent a push of the year 9999", async () => {
    await service("shop");
    const future = await cloud.post({ tag: "9", push_data: { pushed_at: 253_402_300_799 } });
    expect(future.statusCode).to.equal(400);
    await push({ tag: "1.1" }, "shop");
    expect(await latestImages()).to.deep.equal(["acme/web:1.1", "acme/proxy:1"]);
  });
});
