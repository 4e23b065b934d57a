import {
  CreateApiKeyCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  GetUsageCommand,
  UpdateApiKeyCommand,
  UpdateUsagePlanCommand,
} from "@aws-sdk/client-api-gateway";
import { expect } from "chai";
import { QuotaCounters, periodStart } from "../../../services/api-gateway/dataPlane/quota";
import { mock, startGateway, TestApi, type Gateway } from "./gateway";

describe("API Gateway keys, usage plans and throttling", () => {
  let gateway: Gateway;
  let api: TestApi;
  beforeEach(async () => {
    gateway = await startGateway();
    api = await TestApi.create(gateway);
    await api.method("GET /", { ...mock('"$context.identity.apiKeyId"'), apiKeyRequired: true });
    await api.method("GET /open", mock());
    await api.deploy();
  });
  afterEach(() => gateway.close());

  async function key(plan: object): Promise<{ id: string; value: string; planId: string }> {
    const { client } = gateway;
    const created = await client.send(new CreateApiKeyCommand({ name: "k", enabled: true }));
    const { id: planId = "" } = await client.send(
      new CreateUsagePlanCommand({
        name: "p",
        apiStages: [{ apiId: api.id, stage: "dev" }],
        ...plan,
      }),
    );
    const { id = "", value = "" } = created;
    await client.send(
      new CreateUsagePlanKeyCommand({ usagePlanId: planId, keyId: id, keyType: "API_KEY" }),
    );
    return { id, value, planId };
  }

  const call = (value?: string, path = "/"): Promise<Response> =>
    api.fetch(path, { headers: value === undefined ? {} : { "x-api-key": value } });

  const statuses = async (count: number, value?: string, path?: string): Promise<number[]> => {
    const found: number[] = [];
    for (let index = 0; index < count; index++) found.push((await call(value, path)).status);
    return found;
  };

  it("accept only enabled keys of a plan of this stage", async () => {
    const { id, value } = await key({});
    const refused = await call();
    expect([refused.status, await refused.json()]).to.deep.equal([403, { message: "Forbidden" }]);
    expect((await call("nonsense-nonsense-nonsense")).status).to.equal(403);
    expect(await (await call(value)).json()).to.equal(id);
    await gateway.client.send(
      new UpdateApiKeyCommand({
        apiKey: id,
        patchOperations: [{ op: "replace", path: "/enabled", value: "false" }],
      }),
    );
    expect((await call(value)).status).to.equal(403);
  });

  it("throttle a key by its plan and accept it again later", async () => {
    const { value } = await key({ throttle: { rateLimit: 1, burstLimit: 2 } });
    expect(await statuses(3, value)).to.deep.equal([200, 200, 429]);
    expect(await (await call(value)).json()).to.deep.equal({ message: "Too Many Requests" });
    await gateway.cloud.clock.advance(1000);
    expect(await statuses(2, value)).to.deep.equal([200, 429]);
  });

  it("throttle one method of a plan separately", async () => {
    const { value, planId } = await key({ throttle: { rateLimit: 100, burstLimit: 100 } });
    await gateway.client.send(
      new UpdateUsagePlanCommand({
        usagePlanId: planId,
        patchOperations: ["rateLimit", "burstLimit"].map((limit) => ({
          op: "replace" as const,
          path: `/apiStages/${api.id}:dev/throttle/~1/GET/${limit}`,
          value: "1",
        })),
      }),
    );
    expect(await statuses(2, value)).to.deep.equal([200, 429]);
  });

  it("refuse a key above its quota and accept it in the next period", async () => {
    const { value, planId, id } = await key({ quota: { limit: 2, period: "DAY" } });
    expect(await statuses(3, value)).to.deep.equal([200, 200, 429]);
    expect(await (await call(value)).json()).to.deep.equal({ message: "Limit Exceeded" });
    const today = gateway.cloud.clock.date().toISOString().slice(0, 10);
    const usage = await gateway.client.send(
      new GetUsageCommand({ usagePlanId: planId, startDate: today, endDate: today }),
    );
    expect(usage.items).to.deep.equal({ [id]: [[2, 0]] });
    await gateway.cloud.clock.advance(86_400_000);
    expect((await call(value)).status).to.equal(200);
  });

  it("throttle a method of a stage by its own settings and the others by the stage's", async () => {
    await api.setStage({
      "/*/*/throttling/rateLimit": "10",
      "/*/*/throttling/burstLimit": "3",
      "/~1open/GET/throttling/rateLimit": "1",
      "/~1open/GET/throttling/burstLimit": "1",
    });
    const { value } = await key({});
    expect(await statuses(2, undefined, "/open")).to.deep.equal([200, 429]);
    expect(await statuses(4, value)).to.deep.equal([200, 200, 200, 429]);
    await gateway.cloud.clock.advance(1000);
    expect((await call(undefined, "/open")).status).to.equal(200);
  });
});

describe("quota periods", () => {
  const at = (text: string): number => Date.parse(`${text}T15:00:00Z`);
  const start = (quota: object, day: string): string =>
    new Date(periodStart(quota, at(day))).toISOString().slice(0, 10);

  it("begin on the day of the offset", () => {
    expect(start({ period: "DAY" }, "2026-11-20")).to.equal("2026-11-20");
    expect(start({ period: "WEEK", offset: 0 }, "2026-11-20")).to.equal("2026-11-15");
    expect(start({ period: "WEEK", offset: 6 }, "2026-11-20")).to.equal("2026-11-14");
    expect(start({ period: "MONTH", offset: 0 }, "2026-11-20")).to.equal("2026-11-01");
    expect(start({ period: "MONTH", offset: 24 }, "2026-01-20")).to.equal("2025-12-25");
  });

  it("include every day of a week", () => {
    const counters = new QuotaCounters();
    const quota = { period: "WEEK", limit: 2, offset: 0 } as const;
    const take = (day: string): boolean => counters.take("p", "k", quota, at(day));
    expect([take("2026-11-15"), take("2026-11-18"), take("2026-11-21")]).to.deep.equal([
      true,
      true,
      false,
    ]);
    expect(take("2026-11-22")).to.equal(true);
  });
});
