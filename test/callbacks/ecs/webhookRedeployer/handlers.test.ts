import { expect } from "chai";
import { DeleteServiceCommand, DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { completionHandler } from "../../../../callbacks/ecs/webhookRedeployer/completion";
import { workerHandler } from "../../../../callbacks/ecs/webhookRedeployer/worker";
import { dockerHubPush } from "../../../../localcloud/testing";
import { silenceConsole } from "../../../support/silenceConsole";
import { deliveryIdIn, RedeployCloud } from "./redeployerCloud";

const PUSHED = dockerHubPush().push_data.pushed_at;

describe("redeploy handlers on the local cloud", function () {
  this.timeout(60_000);
  let cloud: RedeployCloud;
  let restoreConsole: () => void;

  beforeEach(async () => {
    restoreConsole = silenceConsole();
    cloud = await RedeployCloud.withShop();
  });
  afterEach(async () => {
    restoreConsole();
    await cloud.close();
  });

  /** Sends EventBridge's events about the services' deployments. */
  async function complete(cluster: string, ...names: string[]): Promise<void> {
    await cloud.cloud.clock.advance(600_000);
    for (const name of names) {
      const { serviceArn = "", deployments = [] } = await cloud.describe(cluster, name);
      const handler = completionHandler({ ...cloud.workerConfig }, cloud.deps);
      for (const { id = "", rolloutState } of deployments)
        await handler({
          resources: [serviceArn],
          detail: { eventName: `SERVICE_DEPLOYMENT_${rolloutState}`, deploymentId: id },
        });
    }
  }

  it("moves every service of every family that uses the image, and nothing else", async () => {
    await cloud.cluster("other");
    await cloud.family("web2", { app: "acme/web2:1.0" });
    await cloud.family("web-jobs", { job: "docker.io/acme/web:0.9" });
    await cloud.family("api", { app: "acme/web:1.0" });
    await cloud.service("other", "shop-too", "web");
    await cloud.service("main", "twin", "web2");
    const response = await cloud.post();
    expect(response.statusCode).to.equal(202);
    await cloud.settle();
    expect((await cloud.describe("main", "shop")).taskDefinition).to.match(/web:2$/);
    expect((await cloud.describe("other", "shop-too")).taskDefinition).to.match(/web:2$/);
    expect((await cloud.describe("main", "twin")).taskDefinition).to.match(/web2:1$/);
    expect(await cloud.revisions("web-jobs")).to.deep.equal(["web-jobs:1", "web-jobs:2"]);
    expect(await cloud.revisions("api"), "not one of the families").to.deep.equal(["api:1"]);
    const { taskDefinition, tags } = await cloud.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: "web", include: ["TAGS"] }),
    );
    expect(taskDefinition?.containerDefinitions?.map(({ image }) => image)).to.deep.equal([
      "acme/web:1.1",
      "nginx:1",
    ]);
    expect(tags).to.deep.equal([{ key: "team", value: "shop" }]);
  });

  it("pins at once images that no service runs, and the others when their services are completed", async () => {
    await cloud.family("web-jobs", { job: "acme/web:0.9" });
    const deliveryId = deliveryIdIn(await cloud.post());
    await cloud.settle();
    expect(await cloud.pins()).to.deep.equal({ "/shop/dev/images/web-jobs/job": "acme/web:1.1" });
    await complete("main", "shop");
    expect(await cloud.pins()).to.deep.equal({
      "/shop/dev/images/web-jobs/job": "acme/web:1.1",
      "/shop/dev/images/web/app": "acme/web:1.1",
    });
    expect(await cloud.results(deliveryId)).to.include({
      "family#web": "completed",
      "family#web-jobs": "completed",
    });
  });

  it("leaves the pin on the last good image when the circuit breaker rolls back", async () => {
    const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: true } };
    await cloud.service("main", "careful", "web", { deploymentConfiguration });
    await cloud.cloud.clock.advance(300_000);
    cloud.images.push("acme/web:1.1", { crashes: true });
    const deliveryId = deliveryIdIn(await cloud.post());
    await cloud.settle();
    for (let minute = 0; minute < 60; minute += 1) {
      await cloud.cloud.clock.advance(60_000);
      const service = await cloud.describe("main", "careful");
      const failed = service.deployments?.find(({ rolloutState }) => rolloutState === "FAILED");
      if (!failed) continue;
      const event = {
        resources: [service.serviceArn ?? ""],
        detail: { eventName: "SERVICE_DEPLOYMENT_FAILED", deploymentId: failed.id ?? "" },
      };
      await completionHandler(cloud.workerConfig, cloud.deps)(event);
      break;
    }
    await complete("main", "careful");
    expect((await cloud.describe("main", "careful")).taskDefinition).to.match(/web:1$/);
    expect(await cloud.pins()).to.deep.equal({});
    // The other service of the family has no circuit breaker and continues to try.
    expect(await cloud.results(deliveryId)).to.include({ "family#web": "moving" });
    await cloud.ecs.send(
      new DeleteServiceCommand({ cluster: "main", service: "shop", force: true }),
    );
  });

  it("starts one deployment for three tags within the window, with the newest", async () => {
    const { recorder } = cloud.cloud;
    const after = recorder.last;
    await cloud.post({ tag: "1.1", push_data: { pushed_at: PUSHED } });
    await cloud.cloud.clock.advance(20_000);
    await cloud.post({ tag: "1.3", push_data: { pushed_at: PUSHED + 40 } });
    await cloud.cloud.clock.advance(20_000);
    const superseded = deliveryIdIn(
      await cloud.post({ tag: "1.2", push_data: { pushed_at: PUSHED + 20 } }),
    );
    await cloud.settle(2);
    const calls = cloud.calls(after);
    expect(calls.filter((call) => call === "ecs:RegisterTaskDefinition")).to.have.length(1);
    expect(calls.filter((call) => call === "ecs:UpdateService")).to.have.length(1);
    await complete("main", "shop");
    expect(await cloud.pins()).to.deep.equal({ "/shop/dev/images/web/app": "acme/web:1.3" });
    expect((await cloud.results(superseded)).summary).to.contain('"state":"superseded"');
  });

  it("does nothing more when a delivery arrives ten times, early or late", async () => {
    for (let time = 0; time < 5; time += 1) await cloud.post();
    await cloud.settle();
    const after = cloud.cloud.recorder.last;
    for (let time = 0; time < 5; time += 1) await cloud.post();
    await cloud.settle(10);
    expect(
      cloud.calls(after).filter((call) => /Register|Update(Service)/.test(call)),
    ).to.deep.equal([]);
    expect(await cloud.revisions("web")).to.deep.equal(["web:1", "web:2"]);
  });

  it("ignores a push that is older than the deployed one", async () => {
    await cloud.post({ tag: "1.2", push_data: { pushed_at: PUSHED + 100 } });
    await cloud.settle();
    const { statusCode } = await cloud.post({ tag: "1.1", push_data: { pushed_at: PUSHED } });
    expect(statusCode).to.equal(202);
    await cloud.settle();
    expect(await cloud.revisions("web")).to.deep.equal(["web:1", "web:2"]);
  });

  it("pulls the same tag again with one forced deployment, without a new revision", async () => {
    const before = await cloud.describe("main", "shop");
    await cloud.post({ tag: "1.0", push_data: { pushed_at: PUSHED } });
    await cloud.post({ tag: "1.0", push_data: { pushed_at: PUSHED } });
    await cloud.settle();
    const service = await cloud.describe("main", "shop");
    expect(service.taskDefinition).to.equal(before.taskDefinition);
    expect(service.deployments?.[0].id).to.not.equal(before.deployments?.[0].id);
    expect(service.deployments).to.have.length(2);
    await complete("main", "shop");
    expect(await cloud.pins()).to.deep.equal({ "/shop/dev/images/web/app": "acme/web:1.0" });
  });

  it("leaves CodeDeploy's services alone, and registers no revision for them alone", async () => {
    await cloud.family("web-blue", { app: "acme/web:1.0" });
    await cloud.service("main", "blue", "web-blue", {
      deploymentController: { type: "CODE_DEPLOY" },
    });
    const deliveryId = deliveryIdIn(await cloud.post());
    await cloud.settle();
    expect(await cloud.revisions("web-blue")).to.have.length(1);
    expect(await cloud.results(deliveryId)).to.include({ "family#web-blue": "unchanged" });
    expect((await cloud.describe("main", "shop")).taskDefinition).to.match(/web:2$/);
  });

  it("stops the tasks of old deployments after the update when stopTasks is set", async () => {
    cloud.workerConfig = { ...cloud.workerConfig, stopTasks: true };
    const after = cloud.cloud.recorder.last;
    await cloud.post();
    await cloud.settle();
    const calls = cloud.calls(after).filter((call) => call.startsWith("ecs:"));
    expect(calls.slice(-3)).to.deep.equal(["ecs:UpdateService", "ecs:ListTasks", "ecs:StopTask"]);
  });

  it("keeps the newest revisions", async () => {
    cloud.workerConfig = { ...cloud.workerConfig, keepRevisions: 2 };
    for (const tag of ["1.1", "1.2", "1.3", "1.4"]) {
      await cloud.post({ tag, push_data: { pushed_at: PUSHED + Number(tag) * 1000 } });
      await cloud.settle();
    }
    expect(await cloud.revisions("web")).to.deep.equal(["web:4", "web:5"]);
  });

  it("plans a dry run without doing anything", async () => {
    const after = cloud.cloud.recorder.last;
    const context = { getRemainingTimeInMillis: () => 60_000 };
    const plans = await workerHandler(cloud.workerConfig, cloud.deps)(
      { dryRun: { repository: "acme/web", tag: "2.0" } },
      context,
    );
    expect(plans).to.have.length(1);
    expect((plans as object[])[0]).to.deep.include({
      family: "web",
      action: "register",
      containers: [{ container: "app", from: "acme/web:1.0", to: "acme/web:2.0" }],
    });
    expect(cloud.calls(after).every((call) => /^ecs:(List|Describe)/.test(call))).to.equal(true);
  });

  for (const kind of ["throttle", "internalError", "accessDenied"] as const)
    it(`keeps a push with its reason when ${kind} never ends, and registers no revision`, async () => {
      cloud.cloud.faults.add({
        kind,
        service: "ecs",
        operation: "RegisterTaskDefinition",
        times: "forever",
      });
      const deliveryId = deliveryIdIn(await cloud.post());
      for (let time = 0; time < 6; time += 1) await cloud.settle(7);
      const letter = await cloud.receive("deadFamilies");
      expect(letter?.MessageAttributes?.reason.StringValue).to.match(
        /Throttling|internal error|AccessDenied/,
      );
      expect(await cloud.results(deliveryId)).to.include({ "family#web": "failed" });
      expect(await cloud.revisions("web")).to.have.length(1);
    });

  it("pins without a service that was deleted after the plan, and retries one that is not visible yet", async () => {
    await cloud.service("main", "short-lived", "web");
    await cloud.cloud.clock.advance(300_000);
    await cloud.post();
    await cloud.cloud.clock.advance(60_000);
    await cloud.drain("deliveries", 1);
    await cloud.ecs.send(
      new DeleteServiceCommand({ cluster: "main", service: "short-lived", force: true }),
    );
    cloud.cloud.faults.add({
      kind: "notFound",
      service: "ecs",
      operation: "UpdateService",
      code: "ServiceNotFoundException",
    });
    for (let time = 0; time < 2; time += 1) await cloud.settle(7);
    await complete("main", "shop");
    expect((await cloud.describe("main", "shop")).taskDefinition).to.match(/web:2$/);
    expect(await cloud.pins()).to.deep.equal({ "/shop/dev/images/web/app": "acme/web:1.1" });
  });

  it("registers no second revision when the answer to the first is lost", async () => {
    cloud.cloud.faults.add({
      kind: "connectionLostAfter",
      service: "ecs",
      operation: "RegisterTaskDefinition",
    });
    await cloud.post();
    await cloud.settle();
    expect(await cloud.revisions("web")).to.have.length(2);
    expect((await cloud.describe("main", "shop")).taskDefinition).to.match(/web:2$/);
  });

  it("keeps pins when the push of another repository overtakes the deployment", async () => {
    cloud.ackConfig = { ...cloud.ackConfig, repositories: ["acme/web", "nginx"] };
    await cloud.post();
    await cloud.settle();
    await cloud.post({ tag: "2", repository: { repo_name: "nginx" } });
    await cloud.settle();
    await complete("main", "shop");
    expect(await cloud.pins()).to.deep.equal({
      "/shop/dev/images/web/app": "acme/web:1.1",
      "/shop/dev/images/web/proxy": "nginx:2",
    });
  });
});
