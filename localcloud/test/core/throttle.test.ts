import { DescribeClustersCommand, ECSClient } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import * as fc from "fast-check";
import { startCloud } from "../../cloud/cloud";
import { Throttle } from "../../core/throttle";
import { connection, services } from "../services/ecs/ecsCloud";

const bucket = { operations: ["Put", "Delete"], burst: 3, refillPerSecond: 2 };
const service = { name: "shop", throttles: [bucket] };

describe("throttle", () => {
  const passes = (throttle: Throttle, operation: string, now: number, region = "here"): boolean => {
    try {
      throttle.take(service, { operation, region }, now);
      return true;
    } catch {
      return false;
    }
  };

  it("allows the burst, refuses the next request and refills over time", () => {
    const throttle = new Throttle();
    const at = (now: number): boolean => passes(throttle, "Put", now);
    expect([at(0), at(0), at(0), at(0)]).to.deep.equal([true, true, true, false]);
    expect([at(499), at(500), at(500)]).to.deep.equal([false, true, false]);
    expect([at(9000), at(9000), at(9000), at(9000)]).to.deep.equal([true, true, true, false]);
  });

  it("counts the operations of a bucket together, per region, and no others", () => {
    const throttle = new Throttle();
    for (const operation of ["Put", "Delete", "Put"]) passes(throttle, operation, 0);
    expect(passes(throttle, "Delete", 0)).to.equal(false);
    expect(passes(throttle, "Delete", 0, "there")).to.equal(true);
    expect(passes(throttle, "Get", 0)).to.equal(true);
  });

  it("never allows more than burst and refill, and always allows a patient caller", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 60 }), (gaps) => {
        const throttle = new Throttle();
        let now = 0;
        let passed = 0;
        for (const gap of gaps) {
          now += gap;
          if (passes(throttle, "Put", now)) passed += 1;
          expect(passed).to.be.at.most(bucket.burst + (now * bucket.refillPerSecond) / 1000);
        }
        expect(passes(throttle, "Put", now + 500)).to.equal(true);
      }),
    );
  });

  it("throws the service's own error", () => {
    const ec2 = { name: "ec2", throttles: [{ ...bucket, burst: 0, code: "RequestLimitExceeded" }] };
    const call = { operation: "Put", region: "here" };
    expect(() => new Throttle().take(ec2, call, 0)).to.throw("Request limit exceeded.");
    const empty = { name: "x", throttles: [{ ...bucket, burst: 0 }] };
    expect(() => new Throttle().take(empty, call, 0)).to.throw("Rate exceeded");
  });

  describe("in a cloud", () => {
    const describeClusters = async (throttling: boolean | undefined): Promise<string[]> => {
      const cloud = await startCloud({ clock: "manual", services, throttling });
      const client = new ECSClient(connection(cloud));
      const send = (): Promise<string> =>
        client.send(new DescribeClustersCommand({})).then(
          () => "ok",
          (error: Error & { $metadata?: { httpStatusCode?: number } }) =>
            `${error.name} ${error.$metadata?.httpStatusCode} ${error.message}`,
        );
      const answers: string[] = [];
      for (let call = 0; call < 51; call += 1) answers.push(await send());
      await cloud.clock.advance(50);
      answers.push(await send());
      client.destroy();
      await cloud.close();
      return answers;
    };

    it("throws ThrottlingException above ECS's rates, in cloud time", async () => {
      const answers = await describeClusters(undefined);
      expect(answers.slice(0, 50)).to.deep.equal(Array(50).fill("ok"));
      expect(answers.slice(50)).to.deep.equal(["ThrottlingException 400 Rate exceeded", "ok"]);
    });

    it("can be switched off", async () => {
      expect(new Set(await describeClusters(false))).to.deep.equal(new Set(["ok"]));
    });
  });
});
