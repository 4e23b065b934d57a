import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import type { LambdaStore } from "../../../services/lambda/store";
import { LambdaCloud } from "./lambdaCloud";

/** Returns the times that the handler measured. */
const TIMED = (work: string, module = ""): string => `
  ${module}
  exports.handler = async (event, context) => {
    const began = Date.now();
    const left = context.getRemainingTimeInMillis();
    const value = await (async () => { ${work} })();
    return { value, seconds: Math.round((Date.now() - began) / 1000),
      left: Math.round((left - context.getRemainingTimeInMillis()) / 1000) };
  };`;

describe("Lambda: handlers that sleep", function () {
  this.timeout(20_000);
  let aws: LambdaCloud;

  before(async () => {
    aws = await LambdaCloud.start("manual");
  });
  after(() => aws.stop());

  /** Runs a handler while the clock advances, so that ten minutes take no real time. */
  async function timed(
    name: string,
    work: string,
    advanceSeconds: number,
    options: { Timeout?: number; Runtime?: "nodejs22.x"; module?: string } = {},
  ): Promise<{ answer: unknown; realSeconds: number }> {
    const { module, ...settings } = options;
    await aws.create(name, TIMED(work, module), { Timeout: 900, ...settings });
    const began = performance.now();
    const running = aws.lambda.send(new InvokeCommand({ FunctionName: name }));
    let done = false;
    const ended = running.finally(() => (done = true));
    while (!done && performance.now() - began < 50_000) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      await aws.cloud.clock.advance(advanceSeconds * 1000);
    }
    const { Payload } = await ended;
    const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString());
    return { answer, realSeconds: (performance.now() - began) / 1000 };
  }

  it("wake when the cloud's clock reaches the time, and see that time", async () => {
    const work = "await new Promise((resolve) => setTimeout(resolve, 600_000)); return 'slept';";
    const { answer, realSeconds } = await timed("sleeper", work, 60);
    expect(answer).to.deep.equal({ value: "slept", seconds: 600, left: 600 });
    expect(realSeconds).to.be.lessThan(50);
  });

  for (const [what, sleep] of [
    ["timers/promises", 'require("node:timers/promises").setTimeout(60_000, "slept")'],
    ["a promisified timer", 'require("node:util").promisify(setTimeout)(60_000, "slept")'],
    ["node:timers", 'new Promise((done) => require("timers").setTimeout(done, 60_000, "slept"))'],
    ["an import", '(await import("node:timers/promises")).setTimeout(60_000, "slept")'],
  ])
    it(`may sleep by ${what}`, async () => {
      const name = what.replace(/\W+/g, "-");
      const { answer } = await timed(name, `return await ${sleep};`, 10);
      expect(answer).to.deep.equal({ value: "slept", seconds: 60, left: 60 });
    });

  it("get their intervals and timers in order, without cleared ones", async () => {
    const work = `
      const heard = [];
      const beat = setInterval(() => heard.push("beat"), 60_000);
      const cleared = setTimeout(() => heard.push("cleared"), 90_000);
      setTimeout(() => { heard.push("clear"); clearTimeout(cleared); }, 70_000);
      const refreshed = setTimeout(() => heard.push("refreshed"), 100_000);
      setTimeout(() => refreshed.refresh(), 50_000);
      setTimeout(() => heard.push("closed"), 10_000).close();
      clearTimeout(Number(setTimeout(() => heard.push("by number"), 10_000)));
      await new Promise((resolve) => setTimeout(resolve, 190_000));
      clearInterval(beat);
      return heard;`;
    const { answer } = await timed("orderly", work, 200);
    const value = ["beat", "clear", "beat", "refreshed", "beat"];
    expect(answer).to.deep.equal({ value, seconds: 190, left: 190 });
  });

  it("wake for a timer that is due a moment after the one before", async () => {
    const work = `
      const began = performance.now();
      const sleeps = [new Promise((resolve) => setTimeout(resolve, 600_000, "first"))];
      while (performance.now() - began < 4);
      sleeps.push(new Promise((resolve) => setTimeout(resolve, 600_000, "second")));
      return await Promise.all(sleeps);`;
    const { answer } = await timed("moments", work, 60);
    expect(answer).to.deep.equal({ value: ["first", "second"], seconds: 600, left: 600 });
  });

  it("get each beat of an interval once, also when they were busy at its time", async () => {
    const work = `
      await new Promise((resolve) => setTimeout(resolve, 60_000));
      let beats = 0;
      const beat = setInterval(() => (beats += 1), 20);
      const began = performance.now();
      while (performance.now() - began < 30);
      for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      clearInterval(beat);
      return beats;`;
    const { answer } = await timed("beats", work, 60);
    expect(answer).to.deep.include({ value: 1 });
  });

  for (const [when, name, module] of [
    ["", "waiting", "let asked;"],
    // Module loaders use these too, and may not be done by then on a busy computer.
    [
      ", nor after files were still being read when the request came",
      "reading",
      `let asked = false;
       const { stat } = require("node:fs/promises");
       const reads = [1, 2].map(async () => { while (!asked) await stat(__filename); });`,
    ],
  ])
    it(`do not count as asleep while they wait for a response, however far the clock advances${when}`, async () => {
      const slow: Server = createServer((_request, response) =>
        setTimeout(() => response.end("answer"), 400),
      );
      await new Promise<void>((resolve) => slow.listen(0, "127.0.0.1", resolve));
      try {
        const { port } = slow.address() as AddressInfo;
        const work = `
          asked = true;
          const late = new Promise((resolve) => setTimeout(resolve, 30_000, "late"));
          const answer = fetch("http://127.0.0.1:${port}").then((response) => response.text());
          return await Promise.race([late, answer]);`;
        const { answer } = await timed(name, work, 20, { module });
        expect(answer).to.include({ value: "answer" });
        expect((answer as { seconds: number }).seconds).to.be.lessThan(15);
      } finally {
        slow.close();
      }
    });

  it("are stopped at their timeout, in the cloud's time", async () => {
    const work = "await new Promise((resolve) => setTimeout(resolve, 600_000));";
    const { answer, realSeconds } = await timed("overdue", work, 10, { Timeout: 30 });
    expect(answer).to.deep.include({ errorType: "Sandbox.Timedout" });
    expect(realSeconds).to.be.lessThan(20);
  });

  it("wake in real time if the clock is not advanced", async () => {
    const work = "await new Promise((resolve) => setTimeout(resolve, 200)); return 'slept';";
    await aws.create("alone", TIMED(work));
    expect((await aws.invoke("alone")).value).to.deep.include({ value: "slept" });
  });

  it("count as idle, and do not hold the clock", async () => {
    const work = "await new Promise((resolve) => setTimeout(resolve, 500_000));";
    await aws.create("background", TIMED(work), { Timeout: 900 });
    await aws.lambda.send(
      new InvokeCommand({ FunctionName: "background", InvocationType: "Event" }),
    );
    const store = aws.cloud.registry.named("lambda")?.store("us-east-1", aws.cloud) as LambdaStore;
    const began = performance.now();
    await store.idle();
    await aws.cloud.clock.advance(499_000);
    expect(performance.now() - began).to.be.lessThan(50_000);
    expect(store.fleet.processes()).to.not.deep.equal([]);
  });
});
