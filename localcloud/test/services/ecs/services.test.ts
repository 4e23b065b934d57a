import {
  DescribeServiceDeploymentsCommand,
  ListServiceDeploymentsCommand,
  StopTaskCommand,
} from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { expectError } from "../sqs/harness";
import { EcsCloud } from "./ecsCloud";

const BREAKER = {
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
};

describe("ECS services", () => {
  let c: EcsCloud;
  beforeEach(async () => (c = await EcsCloud.start()));
  afterEach(() => c.stop());

  it("start their tasks in Fargate's time and become steady", async () => {
    await c.create("web", await c.register("web", "acme/web:1"));
    expect(await c.service("web")).to.deep.include({ desiredCount: 2, runningCount: 0 });
    await c.seconds(2);
    expect((await c.tasks()).map(({ lastStatus }) => lastStatus)).to.deep.equal([
      "PROVISIONING",
      "PROVISIONING",
    ]);
    await c.seconds(10);
    expect(await c.service("web")).to.deep.include({ runningCount: 0, pendingCount: 2 });
    await c.seconds(8);
    expect(await c.rollout()).to.deep.equal(["PRIMARY web:1 2/2 COMPLETED"]);
    expect(await c.messages("web")).to.deep.equal([
      "has started 2 tasks: (task) (task).",
      "(deployment ecs-svc/N) deployment completed.",
      "has reached a steady state.",
    ]);
    expect(c.timers()).to.equal(0);
  });

  it("roll out a new revision without falling below the minimum", async () => {
    await c.create("web", await c.register("web", "acme/web:1"));
    await c.seconds(30);
    await c.update("web", { taskDefinition: await c.register("web", "acme/web:2") });
    await c.seconds(5);
    expect(await c.rollout()).to.deep.equal([
      "PRIMARY web:2 0/2 IN_PROGRESS",
      "ACTIVE web:1 2/0 COMPLETED",
    ]);
    await c.seconds(16);
    expect((await c.rollout())[0]).to.equal("PRIMARY web:2 2/2 IN_PROGRESS");
    await c.seconds(10);
    expect(await c.rollout()).to.deep.equal(["PRIMARY web:2 2/2 COMPLETED"]);
    expect(c.timers()).to.equal(0);
  });

  it("resolve a tag once for each deployment, for later tasks too", async () => {
    const first = c.store.images.push("acme/web:latest");
    await c.create("web", await c.register("web", "acme/web:latest"));
    await c.seconds(30);
    const second = c.store.images.push("docker.io/acme/web");
    await c.update("web", { desiredCount: 3 });
    await c.seconds(30);
    const digests = async () =>
      (await c.tasks()).map(({ containers }) => containers?.[0].imageDigest);
    expect(await digests()).to.deep.equal([first, first, first]);
    await c.update("web", { forceNewDeployment: true });
    await c.seconds(60);
    expect(await digests()).to.deep.equal([second, second, second]);
    expect(first).to.not.equal(second);
  });

  it("do nothing for an update to the current revision", async () => {
    await c.create("web", await c.register("web", "acme/web:1"));
    await c.seconds(30);
    const before = (await c.service("web")).deployments?.[0].id;
    await c.update("web", { taskDefinition: "web" });
    await c.seconds(30);
    expect((await c.service("web")).deployments?.map(({ id }) => id)).to.deep.equal([before]);
  });

  it("roll a crashing image back to the last completed deployment", async () => {
    await c.create("web", await c.register("web", "acme/web:1"), BREAKER);
    await c.seconds(30);
    const good = (await c.service("web")).deployments?.[0].id;
    c.store.images.push("acme/web:2", { crashes: true });
    await c.update("web", { taskDefinition: await c.register("web", "acme/web:2") });
    await c.seconds(22);
    expect((await c.service("web")).deployments?.[0].failedTasks).to.equal(2);
    await c.seconds(60);
    const service = await c.service("web");
    expect(service.deployments).to.have.length(1);
    expect(service.deployments?.[0]).to.deep.include({ id: good, rolloutState: "COMPLETED" });
    expect(service.taskDefinition).to.match(/web:1$/);
    expect((await c.messages("web")).slice(-4)).to.deep.equal([
      "(deployment ecs-svc/N) deployment failed: tasks failed to start.",
      "rolling back to deployment ecs-svc/N.",
      "(deployment ecs-svc/N) deployment completed.",
      "has reached a steady state.",
    ]);
    expect(c.timers()).to.equal(0);
    const list = new ListServiceDeploymentsCommand({ cluster: "main", service: "web" });
    const { serviceDeployments = [] } = await c.client.send(list);
    expect(serviceDeployments.map(({ status }) => status)).to.have.members([
      "ROLLBACK_SUCCESSFUL",
      "SUCCESSFUL",
    ]);
    const failed = serviceDeployments.find(({ status }) => status === "ROLLBACK_SUCCESSFUL");
    const command = new DescribeServiceDeploymentsCommand({
      serviceDeploymentArns: [failed?.serviceDeploymentArn ?? ""],
    });
    const described = (await c.client.send(command)).serviceDeployments?.[0];
    expect(described?.deploymentCircuitBreaker).to.deep.include({
      status: "TRIGGERED",
      threshold: 3,
    });
  });

  it("show the stopped tasks of a crash for an hour, with their exit code", async () => {
    c.store.images.push("acme/web:1", { crashes: true });
    await c.create("web", await c.register("web", "acme/web:1"), { ...BREAKER, desiredCount: 3 });
    await c.seconds(60);
    const [stopped] = await c.tasks({ desiredStatus: "STOPPED" });
    expect(stopped).to.deep.include({
      lastStatus: "STOPPED",
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
    });
    expect(stopped.containers?.[0]).to.deep.include({ exitCode: 1, lastStatus: "STOPPED" });
    expect(await c.rollout()).to.deep.equal(["PRIMARY web:1 0/0 FAILED"]);
    expect(c.timers()).to.equal(0);
    await c.seconds(3700);
    expect(await c.tasks({ desiredStatus: "STOPPED" })).to.deep.equal([]);
  });

  it("retry more and more slowly without a circuit breaker", async () => {
    c.store.images.push("acme/web:1", { crashes: true });
    await c.create("web", await c.register("web", "acme/web:1"), { desiredCount: 1 });
    await c.seconds(3600);
    expect(await c.messages("web")).to.include(
      "is unable to consistently start tasks successfully.",
    );
    const { failedTasks = 0 } = (await c.service("web")).deployments?.[0] ?? {};
    expect(failedTasks).to.be.within(8, 14);
  });

  it("replace a task that was stopped manually", async () => {
    await c.create("web", await c.register("web", "acme/web:1"));
    await c.seconds(30);
    const [{ taskArn: task }] = await c.tasks();
    await c.client.send(new StopTaskCommand({ cluster: "main", task, reason: "try" }));
    await c.seconds(1);
    expect(await c.service("web")).to.deep.include({ runningCount: 1, pendingCount: 1 });
    await c.seconds(30);
    expect(await c.service("web")).to.deep.include({ runningCount: 2, pendingCount: 0 });
    const stop = new StopTaskCommand({ cluster: "main", task: "f".repeat(32) });
    const missing = "The referenced task was not found.";
    await expectError(c.client.send(stop), "InvalidParameterException", missing);
  });

  it("cannot deploy without room until old tasks are stopped", async () => {
    const ec2 = { networkMode: "bridge", requiresCompatibilities: ["EC2"] } as const;
    const register = (image: string) =>
      c.register("web", image, { ...ec2, requiresCompatibilities: ["EC2"] });
    c.store.setCapacity("main", { instances: 2, tasksPerInstance: 1 });
    await c.create("web", await register("acme/web:1"), {
      launchType: "EC2",
      networkConfiguration: undefined,
    });
    await c.seconds(30);
    await c.update("web", { taskDefinition: await register("acme/web:2") });
    await c.seconds(300);
    expect(await c.rollout()).to.deep.equal([
      "PRIMARY web:2 0/2 IN_PROGRESS",
      "ACTIVE web:1 2/0 COMPLETED",
    ]);
    expect((await c.messages("web")).at(-1)).to.match(/^was unable to place a task because no/);
    expect(c.timers()).to.equal(0);
    for (const { taskArn } of await c.tasks())
      await c.client.send(new StopTaskCommand({ cluster: "main", task: taskArn }));
    await c.seconds(60);
    expect(await c.rollout()).to.deep.equal(["PRIMARY web:2 2/2 COMPLETED"]);
  });

  it("report when the percentages allow no step", async () => {
    const deploymentConfiguration = { minimumHealthyPercent: 100, maximumPercent: 149 };
    await c.create("web", await c.register("web", "acme/web:1"), { deploymentConfiguration });
    await c.seconds(30);
    await c.update("web", { taskDefinition: await c.register("web", "acme/web:2") });
    await c.seconds(60);
    expect((await c.messages("web")).at(-1)).to.match(
      /^was unable to stop or start tasks during a deployment because of the service deployment/,
    );
    expect(c.timers()).to.equal(0);
    await c.update("web", { deploymentConfiguration: { minimumHealthyPercent: 50 } });
    await c.seconds(120);
    expect(await c.rollout()).to.deep.equal(["PRIMARY web:2 2/2 COMPLETED"]);
  });

  it("scale out and in within the deployment", async () => {
    await c.create("web", await c.register("web", "acme/web:1"));
    await c.seconds(30);
    await c.update("web", { desiredCount: 5 });
    await c.seconds(30);
    expect(await c.rollout()).to.deep.equal(["PRIMARY web:1 5/5 COMPLETED"]);
    await c.update("web", { desiredCount: 1 });
    await c.seconds(30);
    expect(await c.rollout()).to.deep.equal(["PRIMARY web:1 1/1 COMPLETED"]);
    expect((await c.messages("web")).slice(-2)).to.deep.equal([
      "has stopped 4 running tasks: (task) (task) (task) (task).",
      "has reached a steady state.",
    ]);
  });
});
