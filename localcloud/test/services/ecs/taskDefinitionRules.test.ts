import {
  type ContainerDefinition,
  DescribeTaskDefinitionCommand,
  type HealthCheck,
  type RegisterTaskDefinitionCommandInput,
} from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { expectError } from "../sqs/harness";
import { EcsCloud } from "./ecsCloud";

type Options = Partial<RegisterTaskDefinitionCommandInput>;

/** A definition for instances, whose containers are `c0`, `c1` ... */
function onInstances(...containers: Partial<ContainerDefinition>[]): Options {
  return {
    networkMode: "bridge",
    requiresCompatibilities: ["EC2"],
    cpu: undefined,
    memory: undefined,
    containerDefinitions: containers.map((one, index) => ({
      name: `c${index}`,
      image: "x",
      memory: 64,
      ...one,
    })),
  };
}

function onFargate(container: Partial<ContainerDefinition>): Options {
  return { containerDefinitions: [{ name: "app", image: "x", ...container }] };
}

const checkedBy = (more: Partial<HealthCheck>): Options =>
  onFargate({ healthCheck: { command: ["CMD", "true"], ...more } });

describe("ECS task definitions", () => {
  let c: EcsCloud;
  before(async () => (c = await EcsCloud.start()));
  after(() => c.stop());

  const refusals: [string, Options, string | RegExp][] = [
    [
      "a CPU that no task has",
      { ...onInstances({}), cpu: "64" },
      "Invalid 'cpu' setting for task.",
    ],
    ["a CPU that is no number", { ...onInstances({}), cpu: "a lot" }, /^Invalid 'cpu' setting/],
    ["a memory that is no number", { ...onInstances({}), memory: "lots" }, /^Invalid 'memory'/],
    [
      "containers that need more CPU than the task",
      onFargate({ cpu: 512 }),
      "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
    ],
    ["containers that need more memory than the task", onFargate({ memory: 1024 }), /'memory'/],
    ["the ARN of a policy as role", { taskRoleArn: "arn:aws:iam::123456789012:policy/p" }, /^Role/],
    [
      "an essential container that has to exit first",
      onInstances({ dependsOn: [{ containerName: "c1", condition: "SUCCESS" }] }, {}),
      "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container",
    ],
    [
      "containers that wait for each other",
      onInstances(
        { dependsOn: [{ containerName: "c1", condition: "START" }] },
        { dependsOn: [{ containerName: "c0", condition: "START" }] },
      ),
      /^Invalid 'dependsOn' setting/,
    ],
    [
      "links under awsvpc",
      onFargate({ links: ["other"] }),
      "Links are not supported when networkMode=awsvpc.",
    ],
    [
      "a host name under awsvpc",
      onFargate({ hostname: "web" }),
      "hostname is not supported on container when networkMode=awsvpc.",
    ],
    [
      "hosts under awsvpc",
      onFargate({ extraHosts: [{ hostname: "a", ipAddress: "10.0.0.1" }] }),
      /extraHosts/,
    ],
    [
      "ports without a network",
      { ...onInstances({ portMappings: [{ containerPort: 80 }] }), networkMode: "none" },
      /networkMode=none/,
    ],
    [
      "another host port in host mode",
      {
        ...onInstances({ portMappings: [{ containerPort: 80, hostPort: 8080 }] }),
        networkMode: "host",
      },
      "When networkMode=host, the host ports and container ports in port mappings must match.",
    ],
    [
      "a host port beyond 65535",
      onInstances({ portMappings: [{ containerPort: 80, hostPort: 70_000 }] }),
      /host port: 70000/,
    ],
    ["a health check every second", checkedBy({ interval: 1 }), /between 5 and 300/],
    ["a health check that may take minutes", checkedBy({ timeout: 61 }), /between 2 and 60/],
    ["a health check with eleven retries", checkedBy({ retries: 11 }), /between 1 and 10/],
    ["a health check that starts too late", checkedBy({ startPeriod: 301 }), /between 0 and 300/],
    [
      "awslogs without group",
      onInstances({
        logConfiguration: { logDriver: "awslogs", options: { "awslogs-region": "us-east-1" } },
      }),
      "Log driver awslogs requires options: awslogs-region, awslogs-group",
    ],
    ["a volume whose name has a space", { volumes: [{ name: "a b" }] }, /volume name 'a b'/],
    [
      "a folder of the host on Fargate",
      { volumes: [{ name: "v", host: { sourcePath: "/data" } }] },
      "Fargate compatible task definitions do not support sourcePath",
    ],
    [
      "Docker volumes on Fargate",
      { volumes: [{ name: "v", dockerVolumeConfiguration: {} }] },
      /dockerVolumeConfiguration/,
    ],
    [
      "placement constraints on Fargate",
      { placementConstraints: [{ type: "memberOf", expression: "attribute:a == b" }] },
      /placementConstraints/,
    ],
    ["the host's processes on Fargate", { pidMode: "host" }, /pidMode/],
    ["an IPC mode on Fargate", { ipcMode: "task" }, /ipcMode/],
    [
      "too little ephemeral storage",
      { ephemeralStorage: { sizeInGiB: 20 } },
      /between 21 and 200 GiB/,
    ],
    [
      "GPUs on Fargate",
      onFargate({ resourceRequirements: [{ type: "GPU", value: "1" }] }),
      /support GPU/,
    ],
    [
      "a log driver that Fargate lacks",
      onFargate({ logConfiguration: { logDriver: "gelf" } }),
      /log driver gelf/,
    ],
    ["a long stop on Fargate", onFargate({ stopTimeout: 121 }), /at most 120 seconds/],
  ];
  for (const [what, options, text] of refusals)
    it(`refuse ${what}`, () =>
      expectError(c.register("web", "x", options), "ClientException", text));

  it("get the defaults of a health check", async () => {
    await c.register("web", "x", checkedBy({ timeout: 60 }));
    const described = await c.client.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: "web" }),
    );
    const [container] = described.taskDefinition?.containerDefinitions ?? [];
    expect(container.healthCheck).to.deep.equal({
      command: ["CMD", "true"],
      interval: 30,
      retries: 3,
      timeout: 60,
    });
  });
});
