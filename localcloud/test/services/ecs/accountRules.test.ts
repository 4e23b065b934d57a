import {
  DescribeCapacityProvidersCommand,
  type DescribeCapacityProvidersCommandInput,
  ListAccountSettingsCommand,
  PutAccountSettingCommand,
  PutClusterCapacityProvidersCommand,
  type SettingName,
} from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { expectError } from "../sqs/harness";
import { EcsCloud } from "./ecsCloud";

const INVALID = "InvalidParameterException";

describe("ECS account settings and capacity providers", () => {
  let c: EcsCloud;
  before(async () => (c = await EcsCloud.start()));
  after(() => c.stop());

  it("refuse values that a setting does not have", async () => {
    const put = (name: SettingName, value: string) =>
      c.client.send(new PutAccountSettingCommand({ name, value }));
    await expectError(put("containerInsights", "on"), INVALID, /enabled, disabled, enhanced/);
    await expectError(put("fargateTaskRetirementWaitPeriod", "3"), INVALID, /0, 7, 14/);
    expect((await put("containerInsights", "enhanced")).setting?.value).to.equal("enhanced");
  });

  it("filter settings by value only together with a name", async () => {
    await expectError(
      c.client.send(new ListAccountSettingsCommand({ value: "enabled" })),
      INVALID,
      /setting name/,
    );
  });

  it("are listed page by page, and by cluster", async () => {
    const list = async (more: DescribeCapacityProvidersCommandInput = {}) => {
      const found = await c.client.send(new DescribeCapacityProvidersCommand(more));
      return { names: found.capacityProviders?.map(({ name }) => name), next: found.nextToken };
    };
    const first = await list({ maxResults: 1 });
    expect(first.names).to.deep.equal(["FARGATE"]);
    const rest = await list({ maxResults: 1, nextToken: first.next });
    expect(rest).to.deep.equal({ names: ["FARGATE_SPOT"], next: undefined });
    await c.client.send(
      new PutClusterCapacityProvidersCommand({
        cluster: "main",
        capacityProviders: ["FARGATE_SPOT"],
        defaultCapacityProviderStrategy: [],
      }),
    );
    expect((await list({ cluster: "main" })).names).to.deep.equal(["FARGATE_SPOT"]);
    await expectError(list({ maxResults: 11 }), INVALID, /between 1 and 10/);
  });
});
