import { expect } from "chai";
import { memoryProblem } from "../../../../callbacks/api/stagedApi/gates/memoryProblem";

const report = (used: number): string =>
  `REPORT RequestId: 1\tDuration: 2.00 ms\tMemory Size: 128 MB\tMax Memory Used: ${used} MB\t`;
const jsonReport = (used: number): string =>
  JSON.stringify({
    type: "platform.report",
    record: { metrics: { durationMs: 2, memorySizeMB: 128, maxMemoryUsedMB: used } },
  });
const killed = {
  errorType: "Runtime.ExitError",
  errorMessage: "RequestId: 1 Error: Runtime exited with error: signal: killed",
};
const SAYS =
  "version 2 ran out of its 128 MB of memory; raise memorySize, or let the callback keep less";

describe("the gate's message about a version that was killed", () => {
  it("blames the memory when Lambda names it as the reason, or all of it was used", () => {
    const named = { ...killed, errorType: "Runtime.OutOfMemory" };
    expect(memoryProblem("version 2", named, report(90))).to.equal(SAYS);
    expect(memoryProblem("version 2", killed, report(128))).to.equal(SAYS);
    expect(memoryProblem("version 2", killed, jsonReport(128))).to.equal(SAYS);
    expect(memoryProblem("version 2", named, "")).to.contain("ran out of its memory; raise");
  });

  it("does not blame the memory when some was left, or for an error of the callback", () => {
    expect(memoryProblem("version 2", killed, report(127))).to.equal(undefined);
    expect(memoryProblem("version 2", killed, jsonReport(127))).to.equal(undefined);
    expect(memoryProblem("version 2", killed, "")).to.equal(undefined);
    const own = { errorType: "Error", errorMessage: "the callback is broken" };
    expect(memoryProblem("version 2", own, report(128))).to.equal(undefined);
  });
});
