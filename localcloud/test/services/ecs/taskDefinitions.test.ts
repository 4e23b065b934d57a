import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  type RegisterTaskDefinitionCommandInput,
} from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { expectError } from "../sqs/harness";
import { EcsCloud } from "./ecsCloud";

const ARN = "arn:aws:ecs:us-east-1:123456789012:task-definition";

describe("ECS task definitions", () => {
  let c: EcsCloud;
  beforeEach(async () => (c = await EcsCloud.start()));
  afterEach(() => c.stop());

  const describeOne = (taskDefinition: string, tags = false) =>
    c.client.send(
      new DescribeTaskDefinitionCommand({ taskDefinition, ...(tags && { include: ["TAGS"] }) }),
    );
  const list = async (input: ConstructorParameters<typeof ListTaskDefinitionsCommand>[0] = {}) =>
    (await c.client.send(new ListTaskDefinitionsCommand(input))).taskDefinitionArns;

  it("number the revisions of a family and never reuse a number", async () => {
    expect(await c.register("web", "acme/web:1")).to.equal(`${ARN}/web:1`);
    expect(await c.register("web", "acme/web:2")).to.equal(`${ARN}/web:2`);
    const taskDefinition = "web:2";
    await c.client.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
    await c.client.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: ["web:2"] }));
    expect(await c.register("web", "acme/web:3")).to.equal(`${ARN}/web:3`);
  });

  it("are described by family, revision and ARN, with the tags only on request", async () => {
    await c.register("web", "acme/web:1", { tags: [{ key: "team", value: "a" }] });
    await c.register("web", "acme/web:2");
    const images = async (reference: string) =>
      (await describeOne(reference)).taskDefinition?.containerDefinitions?.[0].image;
    expect(await images("web")).to.equal("acme/web:2");
    expect(await images("web:1")).to.equal("acme/web:1");
    expect(await images(`${ARN}/web:1`)).to.equal("acme/web:1");
    expect((await describeOne("web:1")).tags).to.equal(undefined);
    expect((await describeOne("web:1", true)).tags).to.deep.equal([{ key: "team", value: "a" }]);
    const unknown = "Unable to describe task definition.";
    await expectError(describeOne("web:9"), "ClientException", unknown);
    await expectError(describeOne("nobody"), "ClientException", unknown);
  });

  it("get AWS's default values", async () => {
    await c.register("web", "acme/web:1", {
      containerDefinitions: [{ name: "app", image: "x", portMappings: [{ containerPort: 80 }] }],
    });
    const { taskDefinition } = await describeOne("web");
    expect(taskDefinition?.containerDefinitions?.[0]).to.deep.equal({
      name: "app",
      image: "x",
      cpu: 0,
      portMappings: [{ containerPort: 80, hostPort: 80, protocol: "tcp" }],
      essential: true,
      environment: [],
      mountPoints: [],
      volumesFrom: [],
      systemControls: [],
    });
    expect(taskDefinition).to.deep.include({
      compatibilities: ["EC2", "FARGATE"],
      requiresCompatibilities: ["FARGATE"],
      status: "ACTIVE",
      registeredBy: "arn:aws:iam::123456789012:root",
    });
  });

  it("resolve a family name to the newest active revision", async () => {
    await c.register("web", "acme/web:1");
    await c.register("web", "acme/web:2");
    await c.client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: "web:2" }));
    expect((await describeOne("web")).taskDefinition?.revision).to.equal(1);
    const inactive = (await describeOne("web:2")).taskDefinition;
    expect(inactive).to.deep.include({ status: "INACTIVE", revision: 2 });
    expect(inactive?.deregisteredAt).to.deep.equal(c.cloud.clock.date());
  });

  it("are listed by exact family, sorted by number, in pages", async () => {
    for (let revision = 1; revision <= 11; revision += 1) await c.register("web", "x");
    await c.register("web-admin", "x");
    expect(await list({ familyPrefix: "web" })).to.have.length(11);
    expect(await list({ familyPrefix: "we" })).to.deep.equal([]);
    const newest = await list({ familyPrefix: "web", sort: "DESC", maxResults: 2 });
    expect(newest).to.deep.equal([`${ARN}/web:11`, `${ARN}/web:10`]);
    const all: string[] = [];
    let nextToken: string | undefined;
    do {
      const page: { taskDefinitionArns?: string[]; nextToken?: string } = await c.client.send(
        new ListTaskDefinitionsCommand({ maxResults: 5, nextToken }),
      );
      all.push(...(page.taskDefinitionArns ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(all).to.have.length(12);
    expect(all.slice(8, 12).map((arn) => arn.slice(ARN.length + 1))).to.deep.equal([
      "web:9",
      "web:10",
      "web:11",
      "web-admin:1",
    ]);
    await expectError(list({ maxResults: 101 }), "InvalidParameterException", /between 1 and 100/);
  });

  it("have families that are listed by prefix and status", async () => {
    await c.register("web", "x");
    await c.register("web-admin", "x");
    await c.register("jobs", "x");
    await c.client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: "web-admin:1" }));
    const families = async (input: { familyPrefix?: string; status?: "ACTIVE" | "INACTIVE" }) =>
      (await c.client.send(new ListTaskDefinitionFamiliesCommand(input))).families;
    expect(await families({ familyPrefix: "web" })).to.deep.equal(["web", "web-admin"]);
    expect(await families({ status: "ACTIVE" })).to.deep.equal(["jobs", "web"]);
    expect(await families({ status: "INACTIVE" })).to.deep.equal(["web-admin"]);
  });

  it("are deleted only after they were deregistered", async () => {
    await c.register("web", "x");
    const remove = new DeleteTaskDefinitionsCommand({ taskDefinitions: ["web:1", "web:7"] });
    const { failures } = await c.client.send(remove);
    expect(failures?.map(({ arn, reason }) => [arn, reason?.slice(0, 49)])).to.deep.equal([
      [`${ARN}/web:1`, "The specified task definition is still in ACTIVE "],
      ["web:7", "The specified task definition does not exist."],
    ]);
  });

  const refusals: [string, Partial<RegisterTaskDefinitionCommandInput>, string][] = [
    ["no container", { containerDefinitions: [] }, "Container list cannot be empty."],
    [
      "a container without image",
      { containerDefinitions: [{ name: "app" }] },
      "Container.image should not be null or empty.",
    ],
    [
      "a container without name",
      { containerDefinitions: [{ image: "x" }] },
      "Container.name should not be null or empty.",
    ],
    [
      "no essential container",
      { containerDefinitions: [{ name: "app", image: "x", essential: false }] },
      "Task definition must have at least one essential container.",
    ],
    [
      "no memory at all",
      { memory: undefined, requiresCompatibilities: ["EC2"] },
      "Invalid setting for container 'app'. At least one of 'memory' or 'memoryReservation' must be specified.",
    ],
    [
      "Fargate in bridge mode",
      { networkMode: "bridge" },
      "Fargate only supports network mode ‘awsvpc’.",
    ],
    [
      "a size that Fargate lacks",
      { cpu: "256", memory: "4096" },
      "No Fargate configuration exists for given values: 256 CPU, 4096 memory. See the Amazon ECS documentation for the valid values.",
    ],
    [
      "Fargate logs without execution role",
      {
        containerDefinitions: [
          {
            name: "app",
            image: "x",
            logConfiguration: {
              logDriver: "awslogs",
              options: { "awslogs-group": "web", "awslogs-region": "us-east-1" },
            },
          },
        ],
      },
      "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
    ],
  ];
  for (const [what, options, text] of refusals)
    it(`refuses ${what}`, () =>
      expectError(c.register("web", "x", options), "ClientException", text));

  it("accept Fargate sizes as units and as vCPU and GB, and show them as units", async () => {
    await c.register("a", "x", { cpu: "16384", memory: "122880" });
    await c.register("b", "x", { cpu: ".5 vCPU", memory: "3 GB" });
    const { cpu, memory } = (await describeOne("b")).taskDefinition ?? {};
    expect({ cpu, memory }).to.deep.equal({ cpu: "512", memory: "3072" });
    await expectError(
      c.register("c", "x", { cpu: "8192", memory: "17408" }),
      "ClientException",
      /^No Fargate configuration exists/,
    );
  });
});
