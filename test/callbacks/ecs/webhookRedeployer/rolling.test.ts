import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { completionHandler } from "../../../../callbacks/ecs/webhookRedeployer/completion";
import {
  type FamilyRecord,
  movesOf,
  noteService,
} from "../../../../callbacks/ecs/webhookRedeployer/rollout/familyRecord";
import { finish } from "../../../../callbacks/ecs/webhookRedeployer/rollout/finish";
import { keepRolling } from "../../../../callbacks/ecs/webhookRedeployer/rollout/rolling";
import { MAX_RECEIVES } from "../../../../callbacks/ecs/webhookRedeployer/worker";
import { dockerHubPush } from "../../../../localcloud/testing";
import { silenceConsole } from "../../../support/silenceConsole";
import { deliveryIdIn, RedeployCloud } from "./redeployerCloud";

const PUSHED = dockerHubPush().push_data.pushed_at;
const ROLLS_BACK = {
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
};
const PIN = "/shop/dev/images/web/app";

describe("the image that is rolling", function () {
  this.timeout(60_000);
  let cloud: RedeployCloud;
  let restoreConsole: () => void;

  beforeEach(async () => {
    restoreConsole = silenceConsole();
    cloud = await RedeployCloud.start();
    await cloud.cluster("main");
    await cloud.family("web", { app: "acme/web:1.0", proxy: "nginx:1" });
    await service("shop");
  });
  afterEach(async () => {
    restoreConsole();
    await cloud.close();
  });

  async function service(name: string): Promise<void> {
    await cloud.service("main", name, "web", ROLLS_BACK);
    await cloud.cloud.clock.advance(300_000);
  }

  async function push(tag: string, later = 0): Promise<string> {
    const change = { tag, push_data: { pushed_at: PUSHED + later } };
    const deliveryId = deliveryIdIn(await cloud.post(change));
    await cloud.settle();
    return deliveryId;
  }

  /** Sends the events of the services' deployments as they end, until a service has this end. */
  async function untilEnd(end: "COMPLETED" | "FAILED", ...names: string[]): Promise<void> {
    const handler = completionHandler(cloud.workerConfig, cloud.deps);
    const missing = new Set(names);
    // A failed deployment is listed for less than a minute.
    for (let round = 0; round < 240 && missing.size > 0; round += 1) {
      await cloud.cloud.clock.advance(15_000);
      for (const name of missing) {
        const { serviceArn = "", deployments = [] } = await cloud.describe("main", name);
        const isOver = deployments.length === 1 || end === "FAILED";
        const ended = deployments.find(({ rolloutState }) => rolloutState === end);
        if (!ended || !isOver) continue;
        await handler({
          resources: [serviceArn],
          detail: { eventName: `SERVICE_DEPLOYMENT_${end}`, deploymentId: ended.id ?? "" },
        });
        missing.delete(name);
      }
    }
    expect([...missing]).to.deep.equal([]);
  }

  const context = () => ({
    records: { dynamodb: cloud.dynamodb, tableName: "results" },
    pins: { ssm: cloud.ssm, path: cloud.workerConfig.pinPath },
    retry: { deps: cloud.deps, until: Infinity },
  });

  async function move(): Promise<FamilyRecord> {
    const [found] = await movesOf(context().records, "web");
    return found;
  }

  it("is known from before there is a revision until the image is pinned", async () => {
    await push("1.1");
    expect(await cloud.rolling()).to.deep.equal({ "web/app": "acme/web:1.1" });
    expect(await cloud.pins()).to.deep.equal({});
    const calls = cloud.cloud.recorder
      .find({ outcome: "ok" })
      .map(({ operation }) => operation)
      .filter((operation) => /^(PutParameter|RegisterTask.*|UpdateService)$/.test(operation));
    const written = ["PutParameter", "RegisterTaskDefinition", "UpdateService"];
    expect(calls.slice(-3)).to.deep.equal(written);
    await untilEnd("COMPLETED", "shop");
    expect(await cloud.rolling()).to.deep.equal({ "web/app": undefined });
    expect(await cloud.pins()).to.deep.equal({ [PIN]: "acme/web:1.1" });
  });

  it("is none as soon as one service was rolled back, though another one is still moving", async () => {
    await service("twin");
    cloud.images.push("acme/web:1.1", { crashes: true });
    const deliveryId = await push("1.1");
    expect(await cloud.rolling()).to.deep.equal({ "web/app": "acme/web:1.1" });
    await untilEnd("FAILED", "shop");
    expect((await cloud.results(deliveryId))["family#web"]).to.equal("moving");
    expect(await cloud.rolling()).to.deep.equal({ "web/app": undefined });
  });

  it("is none when SQS delivers the message again after a service was rolled back", async () => {
    await service("twin");
    cloud.images.push("acme/web:1.1", { crashes: true });
    await push("1.1");
    const before = await move();
    await untilEnd("FAILED", "shop");
    await keepRolling(before, context());
    expect(await cloud.rolling()).to.deep.equal({ "web/app": undefined });
  });

  it("is the newer push's as soon as it takes over the family", async () => {
    await push("1.1");
    await push("1.2", 60);
    expect(await cloud.rolling()).to.deep.equal({ "web/app": "acme/web:1.2" });
    await untilEnd("COMPLETED", "shop");
    expect(await cloud.rolling()).to.deep.equal({ "web/app": undefined });
    expect(await cloud.pins()).to.deep.equal({ [PIN]: "acme/web:1.2" });
    await push("1.1");
    expect(await cloud.rolling(), "the older one again").to.deep.equal({ "web/app": undefined });
  });

  it("stays the newer push's when the end of the older one is written late", async () => {
    await push("1.1");
    const [arn] = Object.keys((await move()).services);
    const older = await noteService(context().records, await move(), { arn, state: "completed" });
    await push("1.2", 60);
    await finish(older, context());
    expect(await cloud.rolling()).to.deep.equal({ "web/app": "acme/web:1.2" });
  });

  it("is none when its worker writes late, after the deployment has ended", async () => {
    await push("1.1");
    const before = await move();
    await untilEnd("COMPLETED", "shop");
    const written = await keepRolling(before, context());
    expect(written.state).to.equal("completed");
    expect(await cloud.rolling()).to.deep.equal({ "web/app": undefined });
  });

  it("is none after the push was given up, and known again when it is moved back to the queue", async () => {
    const denied = cloud.cloud.faults.add({
      kind: "accessDenied",
      service: "ecs",
      operation: "UpdateService",
      times: "forever",
    });
    await push("1.1");
    expect(await cloud.rolling()).to.deep.equal({ "web/app": "acme/web:1.1" });
    for (let receives = 1; receives < MAX_RECEIVES; receives += 1) await cloud.settle(7);
    expect(await cloud.rolling()).to.deep.equal({ "web/app": undefined });
    cloud.cloud.faults.remove(denied);
    const letter = await cloud.receive("deadFamilies");
    await cloud.sqs.send(
      new SendMessageCommand({
        QueueUrl: cloud.queues.families,
        MessageBody: letter?.Body,
        MessageGroupId: "web",
        MessageDeduplicationId: "again",
      }),
    );
    await cloud.settle();
    expect(await cloud.rolling()).to.deep.equal({ "web/app": "acme/web:1.1" });
  });

  it("keeps a given up push once, even if Parameter Store does not answer", async () => {
    cloud.cloud.faults.add({
      kind: "accessDenied",
      service: "ssm",
      operation: "PutParameter",
      times: "forever",
    });
    const deliveryId = await push("1.1");
    for (let receives = 1; receives < 2 * MAX_RECEIVES; receives += 1) await cloud.settle(7);
    expect((await cloud.results(deliveryId))["family#web"]).to.equal("failed");
    expect(await cloud.receive("deadFamilies")).to.not.equal(undefined);
    expect(await cloud.receive("deadFamilies")).to.equal(undefined);
  });

  it("counts for a day when nothing ends it", async () => {
    await push("1.1");
    await cloud.cloud.clock.advance(23 * 3600_000);
    expect(await cloud.rolling()).to.deep.equal({ "web/app": "acme/web:1.1" });
    await cloud.cloud.clock.advance(3600_000);
    expect(await cloud.rolling()).to.deep.equal({ "web/app": undefined });
  });

  it("is not written for a family without services", async () => {
    await cloud.family("web-jobs", { job: "acme/web:0.9" });
    await push("1.1");
    expect(await cloud.rolling()).to.deep.equal({ "web/app": "acme/web:1.1" });
    expect(await cloud.pins()).to.deep.equal({ "/shop/dev/images/web-jobs/job": "acme/web:1.1" });
  });
});
