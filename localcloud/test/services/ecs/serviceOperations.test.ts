import {
  CreateServiceCommand,
  DeleteClusterCommand,
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  ListServicesCommand,
  RunTaskCommand,
} from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { expectError } from "../sqs/harness";
import { EcsCloud, FARGATE } from "./ecsCloud";

describe("ECS services", () => {
  let c: EcsCloud;
  beforeEach(async () => (c = await EcsCloud.start()));
  afterEach(() => c.stop());

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
    expect(c.timers()).to.equal(0);
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
    expect((await c.tasks({ family: "job" })).map(({ lastStatus }) => lastStatus)).to.deep.equal([
      "RUNNING",
      "RUNNING",
    ]);
    const again = { ...run.input, clientToken: "one" };
    const first = await c.client.send(new RunTaskCommand(again));
    const repeated = await c.client.send(new RunTaskCommand(again));
    const arns = ({ tasks: some = [] }: typeof first) => some.map(({ taskArn }) => taskArn);
    expect(arns(repeated)).to.deep.equal(arns(first));
    expect(await c.tasks({ startedBy: "you" })).to.deep.equal([]);
    expect(await c.tasks({ launchType: "EC2" })).to.deep.equal([]);
  });
});
