import {
  CreateServiceCommand,
  DeleteClusterCommand,
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListServiceDeploymentsCommand,
  ListServicesCommand,
  ListTasksCommand,
  RunTaskCommand,
  StopTaskCommand,
} from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { expectError } from "../sqs/harness";
import { EcsCloud, FARGATE } from "./ecsCloud";

const BREAKER = {
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
};

describe("ECS services", () => {
  let c: EcsCloud;
  beforeEach(async () => (c = await EcsCloud.start()));
  afterEach(() => c.stop());

  /** Returns `PRIMARY web:2 running/desired state` for each deployment. */
  const rollout = async (name = "web"): Promise<string[]> =>
    ((await c.service(name)).deployments ?? []).map(
      ({ status, taskDefinition, runningCount, desiredCount, rolloutState }) =>
        `${status} ${taskDefinition?.split("/")[1]} ${runningCount}/${desiredCount} ${rolloutState}`,
    );
  const tasks = async (input: ConstructorParameters<typeof ListTasksCommand>[0] = {}) => {
    const { taskArns = [] } = await c.client.send(
      new ListTasksCommand({ cluster: "main", ...input }),
    );
    if (taskArns.length === 0) return [];
    const command = new DescribeTasksCommand({ cluster: "main", tasks: taskArns });
    return (await c.client.send(command)).tasks ?? [];
  };
  /** Returns the number of the cloud's timers; a steady service needs none. */
  const timers = (): number => (c.cloud.clock as unknown as { pending: Set<object> }).pending.size;

  it("start their tasks in Fargate's time and become steady", async () => {
    await c.create("web", await c.register("web", "acme/web:1"));
    expect(await c.service("web")).to.deep.include({ desiredCount: 2, runningCount: 0 });
    await c.seconds(2);
    expect((await tasks()).map(({ lastStatus }) => lastStatus)).to.deep.equal([
      "PROVISIONING",
      "PROVISIONING",
    ]);
    await c.seconds(10);
    expect(await c.service("web")).to.deep.include({ runningCount: 0, pendingCount: 2 });
    await c.seconds(8);
    expect(await rollout()).to.deep.equal(["PRIMARY web:1 2/2 COMPLETED"]);
    expect(await c.messages("web")).to.deep.equal([
      "has started 2 tasks: (task) (task).",
      "(deployment ecs-svc/N) deployment completed.",
      "has reached a steady state.",
    ]);
    expect(timers()).to.equal(0);
  });

  it("roll out a new revision without falling below the minimum", async () => {
    await c.create("web", await c.register("web", "acme/web:1"));
    await c.seconds(30);
    await c.update("web", { taskDefinition: await c.register("web", "acme/web:2") });
    await c.seconds(5);
    expect(await rollout()).to.deep.equal([
      "PRIMARY web:2 0/2 IN_PROGRESS",
      "ACTIVE web:1 2/0 COMPLETED",
    ]);
    await c.seconds(16);
    expect((await rollout())[0]).to.equal("PRIMARY web:2 2/2 IN_PROGRESS");
    await c.seconds(10);
    expect(await rollout()).to.deep.equal(["PRIMARY web:2 2/2 COMPLETED"]);
    expect(timers()).to.equal(0);
  });

  it("resolve a tag once for each deployment, for later tasks too", async () => {
    const first = c.store.images.push("acme/web:latest");
    await c.create("web", await c.register("web", "acme/web:latest"));
    await c.seconds(30);
    const second = c.store.images.push("docker.io/acme/web");
    await c.update("web", { desiredCount: 3 });
    await c.seconds(30);
    const digests = async () =>
      (await tasks()).map(({ containers }) => containers?.[0].imageDigest);
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
    expect(timers()).to.equal(0);
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
    const [stopped] = await tasks({ desiredStatus: "STOPPED" });
    expect(stopped).to.deep.include({
      lastStatus: "STOPPED",
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
    });
    expect(stopped.containers?.[0]).to.deep.include({ exitCode: 1, lastStatus: "STOPPED" });
    expect(await rollout()).to.deep.equal(["PRIMARY web:1 0/0 FAILED"]);
    expect(timers()).to.equal(0);
    await c.seconds(3700);
    expect(await tasks({ desiredStatus: "STOPPED" })).to.deep.equal([]);
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
    const [{ taskArn: task }] = await tasks();
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
    expect(await rollout()).to.deep.equal([
      "PRIMARY web:2 0/2 IN_PROGRESS",
      "ACTIVE web:1 2/0 COMPLETED",
    ]);
    expect((await c.messages("web")).at(-1)).to.match(/^was unable to place a task because no/);
    expect(timers()).to.equal(0);
    for (const { taskArn } of await tasks())
      await c.client.send(new StopTaskCommand({ cluster: "main", task: taskArn }));
    await c.seconds(60);
    expect(await rollout()).to.deep.equal(["PRIMARY web:2 2/2 COMPLETED"]);
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
    expect(timers()).to.equal(0);
    await c.update("web", { deploymentConfiguration: { minimumHealthyPercent: 50 } });
    await c.seconds(120);
    expect(await rollout()).to.deep.equal(["PRIMARY web:2 2/2 COMPLETED"]);
  });

  it("scale out and in within the deployment", async () => {
    await c.create("web", await c.register("web", "acme/web:1"));
    await c.seconds(30);
    await c.update("web", { desiredCount: 5 });
    await c.seconds(30);
    expect(await rollout()).to.deep.equal(["PRIMARY web:1 5/5 COMPLETED"]);
    await c.update("web", { desiredCount: 1 });
    await c.seconds(30);
    expect(await rollout()).to.deep.equal(["PRIMARY web:1 1/1 COMPLETED"]);
    expect((await c.messages("web")).slice(-2)).to.deep.equal([
      "has stopped 4 running tasks: (task) (task) (task) (task).",
      "has reached a steady state.",
    ]);
  });

  it("are described at most 10 at a time, and missing ones are reported", async () => {
    await c.create("web", await c.register("web", "acme/web:1"));
    const command = (services: string[]) =>
      new DescribeServicesCommand({ cluster: "main", services });
    const { services, failures } = await c.client.send(command(["web", "nobody"]));
    expect(services?.map(({ serviceName }) => serviceName)).to.deep.equal(["web"]);
    expect(failures).to.deep.equal([
      { arn: "arn:aws:ecs:us-east-1:123456789012:service/main/nobody", reason: "MISSING" },
    ]);
    const eleven = Array.from({ length: 11 }, (_, index) => `s${index}`);
    await expectError(c.client.send(command(eleven)), "InvalidParameterException", /10 elements/);
    const empty = "Services cannot be empty.";
    await expectError(c.client.send(command([])), "InvalidParameterException", empty);
  });

  it("are listed in pages of 10", async () => {
    const taskDefinition = await c.register("web", "acme/web:1");
    for (let index = 0; index < 12; index += 1)
      await c.create(`s${index}`, taskDefinition, { desiredCount: 0 });
    const list = (nextToken?: string, maxResults?: number) =>
      c.client.send(new ListServicesCommand({ cluster: "main", nextToken, maxResults }));
    const first = await list();
    const second = await list(first.nextToken);
    expect([first.serviceArns?.length, second.serviceArns?.length]).to.deep.equal([10, 2]);
    expect(second.nextToken).to.equal(undefined);
    expect((await list(undefined, 100)).serviceArns).to.have.length(12);
  });

  it("are deleted when scaled to 0, or by force, and drain", async () => {
    await c.create("web", await c.register("web", "acme/web:1"));
    await c.seconds(30);
    const remove = (force: boolean) =>
      c.client.send(new DeleteServiceCommand({ cluster: "main", service: "web", force }));
    await expectError(
      remove(false),
      "InvalidParameterException",
      "The service cannot be stopped while it is scaled above 0.",
    );
    const drop = new DeleteClusterCommand({ cluster: "main" });
    await expectError(
      c.client.send(drop),
      "ClusterContainsServicesException",
      "The Cluster cannot be deleted while Services are active.",
    );
    expect((await remove(true)).service?.status).to.equal("DRAINING");
    await expectError(
      c.create("web", "web"),
      "InvalidParameterException",
      "Unable to Start a service that is still Draining.",
    );
    await c.seconds(30);
    expect(await c.service("web")).to.deep.include({ status: "INACTIVE", runningCount: 0 });
    await expectError(c.update("web", {}), "ServiceNotActiveException", "Service was not ACTIVE.");
    expect((await c.client.send(drop)).cluster?.status).to.equal("INACTIVE");
    expect(timers()).to.equal(0);
  });

  it("of type DAEMON are deleted without force, because the user does not set their count", async () => {
    c.store.setCapacity("main", { instances: 2, tasksPerInstance: 4 });
    const taskDefinition = await c.register("agent", "acme/agent:1", {
      networkMode: "bridge",
      requiresCompatibilities: ["EC2"],
    });
    await c.create("agent", taskDefinition, {
      schedulingStrategy: "DAEMON",
      launchType: "EC2",
      networkConfiguration: undefined,
      desiredCount: undefined,
    });
    await c.seconds(30);
    expect(await c.service("agent")).to.include({ status: "ACTIVE", runningCount: 2 });
    const remove = new DeleteServiceCommand({ cluster: "main", service: "agent" });
    expect((await c.client.send(remove)).service?.status).to.equal("DRAINING");
    await c.seconds(30);
    expect(await c.service("agent")).to.include({ status: "INACTIVE", runningCount: 0 });
  });

  it("leave CODE_DEPLOY and EXTERNAL deployments to their controllers", async () => {
    const taskDefinition = await c.register("web", "acme/web:1");
    await c.create("blue", taskDefinition, { deploymentController: { type: "CODE_DEPLOY" } });
    const code = (what: string) =>
      `Unable to ${what} services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.`;
    const name = "InvalidParameterException";
    await expectError(
      c.update("blue", { taskDefinition }),
      name,
      code("update task definition on"),
    );
    await expectError(
      c.update("blue", { forceNewDeployment: true }),
      name,
      code("force a new deployment on"),
    );
    await c.update("blue", { desiredCount: 1 });
    await c.seconds(30);
    const blue = await c.service("blue");
    expect(blue.deployments).to.deep.equal([]);
    expect(blue.taskSets?.[0]).to.deep.include({ status: "PRIMARY", runningCount: 1 });
    await c.client.send(
      new CreateServiceCommand({
        cluster: "main",
        serviceName: "own",
        deploymentController: { type: "EXTERNAL" },
        desiredCount: 0,
      }),
    );
    await expectError(c.update("own", { taskDefinition }), name, /EXTERNAL deployment controller/);
  });

  it("refuse input that AWS refuses", async () => {
    const taskDefinition = await c.register("web", "acme/web:1");
    const name = "InvalidParameterException";
    const create = (options: object) => c.create("web", taskDefinition, options);
    await expectError(
      create({ networkConfiguration: undefined }),
      name,
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    );
    await expectError(create({ cluster: "no" }), "ClusterNotFoundException", "Cluster not found.");
    await expectError(
      create({ taskDefinition: "no" }),
      "ClientException",
      "TaskDefinition not found.",
    );
    await expectError(c.update("no", {}), "ServiceNotFoundException", "Service not found.");
    await expectError(
      create({ deploymentConfiguration: { strategy: "BLUE_GREEN" } }),
      "NotImplemented",
      /deployment option strategy/,
    );
    await expectError(
      create({ capacityProviderStrategy: [{ capacityProvider: "FARGATE" }] }),
      name,
      "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
    );
    await expectError(
      create({ deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 100 } }),
      name,
      "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.",
    );
    await create({});
    await expectError(create({}), name, "Creation of service was not idempotent.");
    await c.client.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
    await expectError(
      c.update("web", { taskDefinition }),
      "ClientException",
      "TaskDefinition is inactive",
    );
  });

  it("run beside single tasks, which are found by family, status and starter", async () => {
    await c.register("job", "acme/job:1", { tags: [{ key: "team", value: "a" }] });
    const run = new RunTaskCommand({
      cluster: "main",
      taskDefinition: "job",
      count: 2,
      startedBy: "me",
      propagateTags: "TASK_DEFINITION",
      ...FARGATE,
    });
    const { tasks: started = [], failures } = await c.client.send(run);
    expect(failures).to.deep.equal([]);
    expect(started.map(({ group }) => group)).to.deep.equal(["family:job", "family:job"]);
    expect(started[0].tags).to.deep.equal([{ key: "team", value: "a" }]);
    await c.seconds(20);
    expect((await tasks({ family: "job" })).map(({ lastStatus }) => lastStatus)).to.deep.equal([
      "RUNNING",
      "RUNNING",
    ]);
    const again = { ...run.input, clientToken: "one" };
    const first = await c.client.send(new RunTaskCommand(again));
    const repeated = await c.client.send(new RunTaskCommand(again));
    const arns = ({ tasks: some = [] }: typeof first) => some.map(({ taskArn }) => taskArn);
    expect(arns(repeated)).to.deep.equal(arns(first));
    expect(await tasks({ startedBy: "you" })).to.deep.equal([]);
    expect(await tasks({ launchType: "EC2" })).to.deep.equal([]);
  });
});
