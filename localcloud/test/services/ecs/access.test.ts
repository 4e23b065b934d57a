import {
  CreateServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  ListServicesCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { ACCOUNT, connection, EcsCloud, FARGATE } from "./ecsCloud";

const ECS = `arn:aws:ecs:us-east-1:${ACCOUNT}`;
const TASK_ROLE = `arn:aws:iam::${ACCOUNT}:role/task`;

describe("ECS permissions", () => {
  let c: EcsCloud;
  let clients: ECSClient[];
  beforeEach(async () => {
    c = await EcsCloud.start();
    clients = [];
  });
  afterEach(async () => {
    for (const client of clients) client.destroy();
    await c.stop();
  });

  /** Returns an ECS client of a user with only these statements. */
  async function clientWith(...Statement: object[]): Promise<ECSClient> {
    const iam = new IAMClient(connection(c.cloud));
    const UserName = "deployer";
    await iam.send(new CreateUserCommand({ UserName }));
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "p", PolicyDocument }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    iam.destroy();
    const client = new ECSClient({
      ...connection(c.cloud),
      credentials: {
        accessKeyId: AccessKey?.AccessKeyId ?? "",
        secretAccessKey: AccessKey?.SecretAccessKey ?? "",
      },
    });
    clients.push(client);
    return client;
  }

  const outcome = (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => "ok",
      (error: Error) => (error.name === "AccessDeniedException" ? "denied" : error.name),
    );
  const allow = (Action: string | string[], Resource: string, Condition?: object) => ({
    Effect: "Allow",
    Action,
    Resource,
    ...(Condition && { Condition }),
  });
  const register = (family: string, more: object = {}) =>
    new RegisterTaskDefinitionCommand({
      family,
      containerDefinitions: [{ name: "app", image: "x", memory: 128 }],
      ...more,
    });

  it("limit registrations to families, roles to those that may be passed, tags to creation", async () => {
    const client = await clientWith(
      allow("ecs:RegisterTaskDefinition", `${ECS}:task-definition/web:*`),
      allow("iam:PassRole", TASK_ROLE, {
        StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
      }),
      allow("ecs:TagResource", "*", {
        StringEquals: { "ecs:CreateAction": "RegisterTaskDefinition", "aws:RequestTag/by": "me" },
      }),
    );
    const attempt = (family: string, more?: object) => outcome(client.send(register(family, more)));
    expect(await attempt("web")).to.equal("ok");
    expect(await attempt("web2")).to.equal("denied");
    expect(await attempt("web", { taskRoleArn: TASK_ROLE })).to.equal("ok");
    expect(await attempt("web", { executionRoleArn: `${TASK_ROLE}2` })).to.equal("denied");
    expect(await attempt("web", { tags: [{ key: "by", value: "me" }] })).to.equal("ok");
    expect(await attempt("web", { tags: [{ key: "by", value: "you" }] })).to.equal("denied");
  });

  it("are checked on a service's ARN in the cluster, and by ecs:cluster for lists", async () => {
    const taskDefinition = await c.register("web", "x");
    await c.create("web", taskDefinition);
    const main = { ArnEquals: { "ecs:cluster": `${ECS}:cluster/main` } };
    const client = await clientWith(
      allow(["ecs:DescribeServices", "ecs:UpdateService"], `${ECS}:service/main/web`),
      allow("ecs:ListServices", "*", main),
    );
    const cluster = "main";
    const describeOf = (...services: string[]) =>
      outcome(client.send(new DescribeServicesCommand({ cluster, services })));
    expect(await describeOf("web")).to.equal("ok");
    expect(await describeOf(`${ECS}:service/main/web`)).to.equal("ok");
    expect(await describeOf("web", "web2")).to.equal("denied");
    const update = new UpdateServiceCommand({ cluster, service: "web", desiredCount: 1 });
    expect(await outcome(client.send(update))).to.equal("ok");
    const list = (name: string) => outcome(client.send(new ListServicesCommand({ cluster: name })));
    expect(await list("main")).to.equal("ok");
    expect(await list("other")).to.equal("denied");
    const create = new CreateServiceCommand({
      cluster,
      serviceName: "web",
      taskDefinition,
      ...FARGATE,
    });
    expect(await outcome(client.send(create))).to.equal("denied");
  });

  it("limit RunTask to a revision, its roles and a cluster", async () => {
    await c.register("job", "x", { taskRoleArn: TASK_ROLE });
    const input = { cluster: "main", taskDefinition: "job", ...FARGATE };
    const pass = allow("iam:PassRole", TASK_ROLE);
    const main = { ArnEquals: { "ecs:cluster": `${ECS}:cluster/main` } };
    const client = await clientWith(
      allow("ecs:RunTask", `${ECS}:task-definition/job:1`, main),
      allow("ecs:StopTask", `${ECS}:task/main/*`),
      pass,
    );
    const run = (more: object) => outcome(client.send(new RunTaskCommand({ ...input, ...more })));
    expect(await run({})).to.equal("ok");
    expect(await run({ overrides: { taskRoleArn: `${TASK_ROLE}2` } })).to.equal("denied");
    await c.register("job", "y", { taskRoleArn: TASK_ROLE });
    expect(await run({})).to.equal("denied");
    const stop = (cluster: string) =>
      outcome(client.send(new StopTaskCommand({ cluster, task: "0".repeat(32) })));
    expect(await stop("main")).to.equal("InvalidParameterException");
    expect(await stop("other")).to.equal("denied");
  });
});
