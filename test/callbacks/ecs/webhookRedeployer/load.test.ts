import { expect } from "chai";
import { deliveryIdIn, RedeployCloud } from "./redeployerCloud";

const FAMILIES = 100;
const CLUSTERS = 5;
const SERVICES_PER_FAMILY = 5;

/**
 * Milliseconds that ECS's rate limit for RegisterTaskDefinition takes for 100 families: 20 at once, then one a second.
 */
const REGISTER_LIMIT = (FAMILIES - 20) * 1000;
/** The same for 500 UpdateService: 50 at once, then 5 a second. */
const UPDATE_LIMIT = ((FAMILIES * SERVICES_PER_FAMILY - 50) / 5) * 1000;

describe("redeploying 100 families and 500 services under ECS's throttles", function () {
  this.timeout(300_000);
  let cloud: RedeployCloud;
  const log = console.log;

  before(async () => {
    console.log = () => undefined;
    cloud = await RedeployCloud.start();
    for (let index = 0; index < CLUSTERS; index += 1) await cloud.cluster(`cluster-${index}`);
    for (let index = 0; index < FAMILIES; index += 1) {
      await cloud.family(`web-${index}`, { app: "acme/web:1.0", proxy: "nginx:1" });
      for (let number = 0; number < SERVICES_PER_FAMILY; number += 1)
        await cloud.service(`cluster-${number}`, `service-${index}`, `web-${index}`);
      await cloud.cloud.clock.advance(1_500);
    }
    await cloud.cloud.clock.advance(600_000);
  });
  after(async () => {
    console.log = log;
    await cloud.close();
  });

  it("loses nothing, registers one revision for each, and takes as long as the throttling requires", async () => {
    const after = cloud.cloud.recorder.last;
    const deliveryId = deliveryIdIn(await cloud.post());
    await cloud.cloud.clock.advance(60_000);
    const began = cloud.cloud.clock.now();
    await cloud.drain("deliveries", 1);
    await cloud.drain("families", 5);
    const took = cloud.cloud.clock.now() - began;
    const worked = cloud.cloud.recorder
      .find({ after, outcome: "ok" })
      .filter(({ service }) => service === "ecs").length;

    for (let index = 0; index < FAMILIES; index += 1) {
      expect(await cloud.revisions(`web-${index}`)).to.have.length(2);
      await cloud.cloud.clock.advance(100);
    }
    for (let index = 0; index < FAMILIES; index += 1)
      for (let number = 0; number < SERVICES_PER_FAMILY; number += 1) {
        const { taskDefinition } = await cloud.describe(`cluster-${number}`, `service-${index}`);
        expect(taskDefinition).to.match(/:2$/);
        await cloud.cloud.clock.advance(60);
      }
    expect(Object.keys(await cloud.results(deliveryId))).to.have.length(FAMILIES + 1);
    expect(await cloud.receive("deadFamilies")).to.equal(undefined);

    const limit = Math.max(REGISTER_LIMIT, UPDATE_LIMIT);
    log(`      ${took / 1000} s of cloud time; the throttles alone need ${limit / 1000} s`);
    expect(took).to.be.at.most(limit * 1.1);
    expect(took).to.be.at.least(limit);

    const effective = cloud.cloud.recorder
      .find({ after, outcome: "ok" })
      .filter(({ service }) => service === "ecs");
    const counts: Record<string, number> = {};
    for (const { operation } of effective) counts[operation] = (counts[operation] ?? 0) + 1;
    // The lists, ten services in each description, and the calls that each family and service needs.
    const services = FAMILIES * SERVICES_PER_FAMILY;
    const least = 1 + CLUSTERS + services / 10 + FAMILIES + FAMILIES + services;
    log(`      ${worked} calls of ECS; the least possible are ${least}`);
    expect(worked).to.be.at.most(least * 1.1);
    expect(counts.RegisterTaskDefinition).to.equal(FAMILIES);
    expect(counts.UpdateService).to.equal(FAMILIES * SERVICES_PER_FAMILY);
    expect(counts.ListTaskDefinitionFamilies).to.equal(1);
    expect(counts.ListServices).to.equal(CLUSTERS);
  });
});
