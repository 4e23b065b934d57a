import {
  type CreateServiceCommandInput,
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListServicesCommand,
  ListTasksCommand,
  PutClusterCapacityProvidersCommand,
  RunTaskCommand,
} from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { expectError } from "../sqs/harness";
import { EcsCloud, FARGATE } from "./ecsCloud";

const INVALID = "InvalidParameterException";
const FORCE = /^When switching from launch type to capacity provider strategy .* must force/;

describe("ECS services", () => {
  let c: EcsCloud;
  let web: string;
  before(async () => {
    c = await EcsCloud.start();
    web = await c.register("web", "acme/web:1");
    await c.client.send(
      new PutClusterCapacityProvidersCommand({
        cluster: "main",
        capacityProviders: ["FARGATE", "FARGATE_SPOT"],
        defaultCapacityProviderStrategy: [],
      }),
    );
  });
  after(() => c.stop());

  const many = (count: number, prefix: string): string[] =>
    Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
  const network = (more: object): Partial<CreateServiceCommandInput> => ({
    networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"], ...more } },
  });
  const strategy = (...items: object[]): Partial<CreateServiceCommandInput> => ({
    launchType: undefined,
    capacityProviderStrategy: items.map((item, index) => ({
      capacityProvider: ["FARGATE", "FARGATE_SPOT"][index],
      ...item,
    })),
  });

  const refusals: [string, Partial<CreateServiceCommandInput>, string | RegExp][] = [
    [
      "a grace period without load balancer",
      { healthCheckGracePeriodSeconds: 10 },
      "Health check grace period is only valid for services configured to use load balancers",
    ],
    [
      "placement constraints on Fargate",
      { placementConstraints: [{ type: "distinctInstance" }] },
      "Placement constraints are not supported with FARGATE launch type.",
    ],
    [
      "placement strategies on Fargate",
      { placementStrategy: [{ type: "spread", field: "host" }] },
      /^Placement strategies/,
    ],
    [
      "a public address for tasks on instances",
      { launchType: "EC2", ...network({ assignPublicIp: "ENABLED" }) },
      "Assign public IP is not supported for this launch type.",
    ],
    ["seventeen subnets", network({ subnets: many(17, "subnet") }), /at most 16/],
    ["six security groups", network({ securityGroups: many(6, "sg") }), /at most 5/],
    ["two providers with a base", strategy({ base: 1, weight: 1 }, { base: 1 }), /base/],
    ["providers without any weight", strategy({ weight: 0 }, {}), /weight greater than 0/],
    [
      "the cluster of another region",
      { cluster: "arn:aws:ecs:eu-west-1:123456789012:cluster/main" },
      "Invalid Region in ARN",
    ],
  ];
  for (const [what, options, text] of refusals)
    it(`refuse ${what}`, () => expectError(c.create("refused", web, options), INVALID, text));

  it("refuse a platform version that Fargate never had", () =>
    expectError(
      c.create("refused", web, { platformVersion: "9.9.9" }),
      "PlatformUnknownException",
      /9\.9\.9/,
    ));

  it("take a changed capacity provider strategy only with a forced deployment", async () => {
    await c.create("forced", web, { desiredCount: 0 });
    const { capacityProviderStrategy } = strategy({ weight: 1 });
    await expectError(c.update("forced", { capacityProviderStrategy }), INVALID, FORCE);
    await c.update("forced", { capacityProviderStrategy, forceNewDeployment: true });
    await c.update("forced", { capacityProviderStrategy });
    const other = strategy({ weight: 1, base: 1 });
    await expectError(
      c.update("forced", { capacityProviderStrategy: other.capacityProviderStrategy }),
      INVALID,
      FORCE,
    );
  });

  it("keep the providers that they use in their cluster", async () => {
    await c.create("spot", web, {
      ...strategy({ capacityProvider: "FARGATE_SPOT", weight: 1 }),
      desiredCount: 0,
    });
    const put = new PutClusterCapacityProvidersCommand({
      cluster: "main",
      capacityProviders: ["FARGATE"],
      defaultCapacityProviderStrategy: [],
    });
    await expectError(
      c.client.send(put),
      "ResourceInUseException",
      "The specified capacity provider is in use and cannot be removed.",
    );
  });

  it("are not found by ARNs of another region, account or cluster", async () => {
    const cluster = "arn:aws:ecs:us-east-1:999999999999:cluster/main";
    const other = "arn:aws:ecs:us-east-1:123456789012:service/other/web";
    const abroad = "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1";
    const { client } = c;
    await expectError(
      client.send(new ListServicesCommand({ cluster })),
      "ClusterNotFoundException",
      "Cluster not found.",
    );
    const { failures } = await client.send(new DescribeClustersCommand({ clusters: [cluster] }));
    expect(failures?.map(({ reason }) => reason)).to.deep.equal(["MISSING"]);
    await expectError(
      client.send(new DescribeServicesCommand({ cluster: "main", services: [other] })),
      INVALID,
      "Invalid identifier: Identifier is for cluster other. Your cluster is main",
    );
    await expectError(
      client.send(new ListTasksCommand({ cluster: "main", serviceName: other })),
      INVALID,
      /^Invalid identifier/,
    );
    await expectError(
      client.send(new DescribeTaskDefinitionCommand({ taskDefinition: abroad })),
      INVALID,
      "Invalid Region in ARN",
    );
  });

  it("refuse tasks whose overrides are longer than 8192 characters", () =>
    expectError(
      c.client.send(
        new RunTaskCommand({
          cluster: "main",
          taskDefinition: web,
          ...FARGATE,
          overrides: { containerOverrides: [{ name: "app", command: ["x".repeat(8192)] }] },
        }),
      ),
      INVALID,
      "Container Overrides length must be at most 8192",
    ));
});
