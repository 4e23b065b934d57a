import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  TagResourceCommand,
  UpdateClusterCommand,
} from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { client } from "../../../../provider/clients";
import type { Properties } from "../../../../provider/types";
import { describeLifecycle, type ProviderBench } from "../../../support/resourceLifecycle";
import { TASK_DEFINITION, containers, FARGATE, benchOfTest } from "./ecsBench";

describeLifecycle({
  type: "aws:ecs/cluster:Cluster",
  inputs: () => ({ tags: { a: "1" } }),
  updates: [
    { settings: [{ name: "containerInsights", value: "enabled" }] },
    { settings: [{ name: "containerInsights", value: "enhanced" }], tags: { b: "2" } },
    { tags: undefined },
  ],
  replaces: [{ name: "other" }],
  drift: {
    async make({ context }, { id }) {
      const ecs = client(ECSClient, context);
      const settings = [{ name: "containerInsights" as const, value: "disabled" }];
      await ecs.send(new UpdateClusterCommand({ cluster: id, settings }));
      await ecs.send(
        new TagResourceCommand({ resourceArn: id, tags: [{ key: "theirs", value: "1" }] }),
      );
    },
    expected: ["settings[0].value", "tags"],
  },
});

describeLifecycle({
  type: "aws:ecs/taskDefinition:TaskDefinition",
  inputs: () => ({
    ...FARGATE,
    ephemeralStorage: { sizeInGib: 30 },
    runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
    volumes: [{ name: "scratch" }],
    containerDefinitions: JSON.stringify([
      {
        image: "nginx:1",
        name: "app",
        portMappings: [{ containerPort: 80, hostPort: 80 }],
        environment: [{ name: "MODE", value: "1" }],
        mountPoints: [{ sourceVolume: "scratch", containerPath: "/scratch" }],
      },
      { image: "envoy:1", name: "proxy", essential: false, memoryReservation: 64 },
    ]),
    tags: { a: "1" },
  }),
  updates: [{ tags: { b: "2" } }, { skipDestroy: true }, { skipDestroy: false, tags: undefined }],
  replaces: [
    { containerDefinitions: containers("nginx:2") },
    { cpu: "512" },
    { ephemeralStorage: { sizeInGib: 40 } },
    { executionRoleArn: "arn:aws:iam::123456789012:role/execution" },
    { family: "other" },
    { ipcMode: "task" },
    { memory: "1024" },
    { networkMode: "host" },
    { pidMode: "task" },
    { placementConstraints: [{ type: "memberOf", expression: "attribute:a == b" }] },
    { requiresCompatibilities: ["EC2"] },
    { runtimePlatform: { cpuArchitecture: "X86_64", operatingSystemFamily: "LINUX" } },
    { taskRoleArn: "arn:aws:iam::123456789012:role/task" },
    { volumes: [{ name: "other" }] },
  ],
  drift: {
    make: ({ context }, { id }) =>
      client(ECSClient, context).send(
        new TagResourceCommand({ resourceArn: id, tags: [{ key: "theirs", value: "1" }] }),
      ),
    expected: ["tags"],
  },
});

describe("aws:ecs/taskDefinition:TaskDefinition, tracking the latest", function () {
  describeLifecycle({
    type: "aws:ecs/taskDefinition:TaskDefinition",
    inputs: () => ({ ...FARGATE, trackLatest: true }),
    updates: [{ tags: { a: "1" } }],
    // An import follows the revision that it names.
    untold: ["trackLatest"],
  });
});

describe("aws:ecs/taskDefinition:TaskDefinition, beside other revisions", function () {
  const bench = benchOfTest();

  const unchanged: Record<string, [networkMode: string, container: object]> = {
    "a port without the host's under awsvpc": ["awsvpc", { portMappings: [{ containerPort: 80 }] }],
    "a port without the host's under host": ["host", { portMappings: [{ containerPort: 80 }] }],
    "a port without the host's under bridge": ["bridge", { portMappings: [{ containerPort: 80 }] }],
    "ports of which one names the host's": [
      "awsvpc",
      { portMappings: [{ containerPort: 80, hostPort: 80 }, { containerPort: 81 }] },
    ],
  };
  for (const [title, [networkMode, more]] of Object.entries(unchanged))
    it(`finds no change in ${title}`, async () => {
      const containerDefinitions = JSON.stringify([{ name: "app", image: "nginx:1", ...more }]);
      const args = { family: "ports", networkMode, memory: "64", containerDefinitions };
      const { id, inputs } = await bench().make(TASK_DEFINITION, args);
      const found = await bench().core.refresh(TASK_DEFINITION, id, inputs);
      expect(found?.inputs).to.deep.equal(inputs);
    });

  it("reads members that start with a capital, and finds no change in them", async () => {
    const containerDefinitions = JSON.stringify([
      {
        Name: "app",
        Image: "nginx:1",
        PortMappings: [{ ContainerPort: 80 }],
        Environment: [{ Name: "MODE", Value: "1" }],
        DockerLabels: { Team: "shop" },
        HealthCheck: { Command: ["CMD", "true"] },
      },
    ]);
    const { id, inputs } = await bench().make(TASK_DEFINITION, {
      ...FARGATE,
      family: "capitals",
      containerDefinitions,
    });
    const { taskDefinition } = await client(ECSClient, bench().context).send(
      new DescribeTaskDefinitionCommand({ taskDefinition: id }),
    );
    expect(taskDefinition?.containerDefinitions?.[0]).to.deep.include({
      name: "app",
      image: "nginx:1",
      environment: [{ name: "MODE", value: "1" }],
      dockerLabels: { Team: "shop" },
    });
    const found = await bench().core.refresh(TASK_DEFINITION, id, inputs);
    expect(found?.inputs).to.deep.equal(inputs);
  });

  it("finds a host port that was changed from outside", async () => {
    const containerDefinitions = JSON.stringify([
      { name: "app", image: "nginx:1", portMappings: [{ containerPort: 80 }] },
    ]);
    const args = { family: "ports", networkMode: "bridge", memory: "64", trackLatest: true };
    const { id, inputs } = await bench().make(TASK_DEFINITION, { ...args, containerDefinitions });
    await client(ECSClient, bench().context).send(
      new RegisterTaskDefinitionCommand({
        family: "ports",
        networkMode: "bridge",
        memory: "64",
        containerDefinitions: [
          { name: "app", image: "nginx:1", portMappings: [{ containerPort: 80, hostPort: 80 }] },
        ],
      }),
    );
    const found = await bench().core.refresh(TASK_DEFINITION, id, inputs);
    expect(found?.inputs.containerDefinitions).to.contain('"hostPort":80');
  });

  it("keeps the revision that it created", async () => {
    const { id, inputs } = await bench().make(TASK_DEFINITION, FARGATE);
    await registerNext(bench().context, "nginx:2");
    const found = await bench().core.refresh(TASK_DEFINITION, id, inputs);
    expect(found?.inputs).to.deep.equal(inputs);
    expect(found?.outputs).to.include({ arn: id, revision: 1 });
  });

  it("follows the latest one with trackLatest, and would create its own again", async () => {
    const { id, inputs } = await bench().make(TASK_DEFINITION, { ...FARGATE, trackLatest: true });
    await registerNext(bench().context, "nginx:3");
    const found = await bench().core.refresh(TASK_DEFINITION, id, inputs);
    expect(found?.inputs.containerDefinitions).to.equal(containers("nginx:3"));
    const { detailed } = bench().core.diff(TASK_DEFINITION, found?.inputs ?? {}, inputs);
    expect([...detailed]).to.deep.equal([["containerDefinitions", "updateReplace"]]);
  });

  it("counts as deleted when its revision was deregistered from outside", async () => {
    const { id, inputs } = await bench().make(TASK_DEFINITION, FARGATE);
    const ecs = client(ECSClient, bench().context);
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: id }));
    expect(await bench().core.refresh(TASK_DEFINITION, id, inputs)).to.equal(undefined);
  });

  it("keeps its revision with skipDestroy", async () => {
    const { core, context } = bench();
    const inputs = bench().check(TASK_DEFINITION, { ...FARGATE, skipDestroy: true });
    const { id, outputs } = await core.create(TASK_DEFINITION, inputs);
    await core.delete(TASK_DEFINITION, id, inputs, outputs);
    const { taskDefinition } = await client(ECSClient, context).send(
      new DescribeTaskDefinitionCommand({ taskDefinition: id }),
    );
    expect(taskDefinition?.status).to.equal("ACTIVE");
  });

  it("refuses containers that are not a JSON list, and volumes of other kinds", () => {
    const refused = (change: Properties): string[] =>
      bench()
        .core.check({
          urn: `urn:pulumi:dev::test::${TASK_DEFINITION}::web`,
          type: TASK_DEFINITION,
          news: { ...FARGATE, ...change },
          randomSeed: Buffer.alloc(0),
        })
        .failures.map(({ property, reason }) => `${property} ${reason}`);
    expect(refused({ containerDefinitions: "{}" })).to.deep.equal([
      "containerDefinitions is not a JSON list",
    ]);
    expect(refused({ volumes: [{ name: "v", hostPath: "/x" }] })).to.deep.equal([
      "volumes.hostPath is not supported by the local cloud's provider",
    ]);
  });
});

function registerNext(context: ProviderBench["context"], image: string): Promise<unknown> {
  return client(ECSClient, context).send(
    new RegisterTaskDefinitionCommand({
      family: FARGATE.family,
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: FARGATE.cpu,
      memory: FARGATE.memory,
      containerDefinitions: [{ name: "app", image }],
    }),
  );
}
