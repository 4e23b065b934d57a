import {
  DescribeTasksCommand,
  GetTaskProtectionCommand,
  ListTasksCommand,
  RunTaskCommand,
  UpdateTaskProtectionCommand,
  type UpdateTaskProtectionCommandInput,
} from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { expectError } from "../sqs/harness";
import { EcsCloud, FARGATE } from "./ecsCloud";

describe("ECS task protection", () => {
  let c: EcsCloud;
  beforeEach(async () => {
    c = await EcsCloud.start();
    await c.create("web", await c.register("web", "acme/web:1"));
    await c.seconds(60);
  });
  afterEach(() => c.stop());

  const taskArns = async (): Promise<string[]> => {
    const list = new ListTasksCommand({ cluster: "main", serviceName: "web" });
    return (await c.client.send(list)).taskArns ?? [];
  };
  const protect = (tasks: string[], more: Partial<UpdateTaskProtectionCommandInput> = {}) =>
    c.client.send(
      new UpdateTaskProtectionCommand({
        cluster: "main",
        tasks,
        protectionEnabled: true,
        ...more,
      }),
    );

  it("keeps a task while its service scales in, until the protection expires", async () => {
    const [first] = await taskArns();
    const { protectedTasks } = await protect([first], { expiresInMinutes: 10 });
    expect(protectedTasks?.[0].expirationDate?.getTime()).to.equal(c.cloud.clock.now() + 600_000);
    await c.update("web", { desiredCount: 0 });
    await c.seconds(540);
    expect(await taskArns()).to.deep.equal([first]);
    await c.seconds(70);
    expect(await taskArns()).to.deep.equal([]);
  });

  it("keeps a task of the old revision during a deployment, until it is ended", async () => {
    const [first] = await taskArns();
    await protect([first]);
    await c.update("web", { taskDefinition: await c.register("web", "acme/web:2") });
    await c.seconds(300);
    const states = async () =>
      ((await c.service("web")).deployments ?? []).map(
        ({ status, runningCount, rolloutState }) => `${status} ${runningCount} ${rolloutState}`,
      );
    expect(await states()).to.deep.equal(["PRIMARY 2 IN_PROGRESS", "ACTIVE 1 COMPLETED"]);
    await protect([first], { protectionEnabled: false });
    await c.seconds(60);
    expect(await states()).to.deep.equal(["PRIMARY 2 COMPLETED"]);
  });

  it("tells for each task whether it is protected, and which can not be", async () => {
    const [first, second] = await taskArns();
    const run = new RunTaskCommand({ cluster: "main", taskDefinition: "web", ...FARGATE });
    const alone = (await c.client.send(run)).tasks?.[0].taskArn ?? "";
    const nobody = "0".repeat(32);
    const { failures = [] } = await protect([first, alone, nobody]);
    expect(failures.map(({ reason }) => reason)).to.deep.equal(["TASK_NOT_VALID", "MISSING"]);
    const get = new GetTaskProtectionCommand({ cluster: "main", tasks: [first, second] });
    const { protectedTasks = [] } = await c.client.send(get);
    expect(protectedTasks.map((task) => task.protectionEnabled)).to.deep.equal([true, false]);
  });

  it("and other calls refuse what cannot be a task, in AWS's words", async () => {
    const name = "InvalidParameterException";
    const tasks = ["none"];
    const describe = new DescribeTasksCommand({ cluster: "main", tasks });
    const message = "taskId length should be one of [32,36]";
    await expectError(c.client.send(describe), name, message);
    await expectError(protect(tasks), name, message);
    const [first] = await taskArns();
    await expectError(protect([first], { expiresInMinutes: 2881 }), name, /between 1 and 2880/);
  });
});
