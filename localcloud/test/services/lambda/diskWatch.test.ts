import { existsSync } from "node:fs";
import { expect } from "chai";
import type { LambdaStore } from "../../../services/lambda/store";
import { DiskWatch, type Writer } from "../../../services/lambda/runtime/diskWatch";
import { LambdaCloud, scratchFolder } from "./lambdaCloud";

const MB = 1024 * 1024;

/** A worker that has written so many megabytes, and the reasons that it was ended for. */
function writer(megabytes: number): Writer & { readonly reasons: string[] } {
  const reasons: string[] = [];
  return { reasons, written: () => megabytes * MB, end: (reason) => void reasons.push(reason) };
}

describe("Lambda: the disk that all workers write to", () => {
  function check(free: number, ...megabytes: number[]): string[][] {
    const watch = new DiskWatch(() => free * MB);
    const writers = megabytes.map(writer);
    for (const one of writers) watch.add(one);
    watch.check();
    return writers.map(({ reasons }) => reasons);
  }

  it("ends the worker that has written most when less than 512 MB are left, and says so", () => {
    const [less, [reason], least] = check(511, 100, 300, 65);
    expect([less, least]).to.deep.equal([[], []]);
    expect(reason).to.match(
      /^\[localcloud\] This function was ended: it has written 300 MB, more than any other that runs, and 511 MB are left on the disk of \/.+\. Write less, or make room for 512 MB\.$/,
    );
  });

  it("ends none while there is room, and none that has written less than 64 MB", () => {
    expect(check(512, 1000, 1000)).to.deep.equal([[], []]);
    expect(check(0, 63, 10)).to.deep.equal([[], []]);
    expect(check(0)).to.deep.equal([]);
  });

  it("ends the next one only if there is still no room at the next check", () => {
    const watch = new DiskWatch(() => 0);
    const [first, second, done] = [writer(200), writer(100), writer(300)];
    for (const one of [first, second]) watch.add(one);
    watch.add(done)();
    watch.check();
    expect([first, second, done].map(({ reasons }) => reasons.length)).to.deep.equal([1, 0, 0]);
    watch.check();
    expect([first, second, done].map(({ reasons }) => reasons.length)).to.deep.equal([1, 1, 0]);
  });

  it("ends a function that fills the disk with many files, and no other function", async function () {
    if (!existsSync("/proc/self/io")) this.skip();
    this.timeout(60_000);
    const scratch = scratchFolder();
    const aws = await LambdaCloud.start();
    try {
      const lambda = aws.cloud.registry.named("lambda");
      // The registry erases the type of a service's store.
      const { fleet } = lambda?.store("us-east-1", aws.cloud) as LambdaStore;
      fleet.disk.free = () => 100 * MB;
      const options = { Timeout: 30 };
      await aws.create(
        "fills",
        `const fs = require("fs");
         exports.handler = async () => {
           for (let index = 0; index < 20; index += 1)
             fs.writeFileSync(${JSON.stringify(scratch.path("part"))} + (index % 2), Buffer.alloc(5 << 20));
           await new Promise((resolve) => setTimeout(resolve, 29_000));
         };`,
        options,
      );
      await aws.create(
        "waits",
        `exports.handler = () => new Promise((resolve) => setTimeout(resolve, 2_000, "done"));`,
        options,
      );
      const [filled, waited] = await Promise.all([aws.invoke("fills"), aws.invoke("waits")]);
      expect(filled.value).to.deep.include({ errorType: "Runtime.ExitError" });
      expect(waited.value).to.equal("done");
      const lines = aws.logs.lines("/aws/lambda/fills").join("\n");
      expect(lines).to.match(/This function was ended: it has written \d+ MB.*100 MB are left/);
      expect(aws.logs.lines("/aws/lambda/waits").join()).to.not.contain("was ended");
    } finally {
      await aws.stop();
      scratch.remove();
    }
  });
});
