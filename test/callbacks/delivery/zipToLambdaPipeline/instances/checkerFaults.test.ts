import { expect } from "chai";
import { type FaultCase, faultMatrix, formatFaultMatrix } from "../../../../../localcloud/testing";
import { silenceConsole } from "../../../../support/silenceConsole";
import { PIPELINE, WorkersCloud } from "./workersCloud";

/** In CI one call of an operation meets these faults; under FUZZ=1 each call meets each fault. */
const SAMPLE: Readonly<Record<string, readonly FaultCase["fault"][]>> = {
  GetQueueAttributes: ["internalErrorOnce"],
  DescribeAutoScalingGroups: ["throttleForever", "notFound"],
  SetDesiredCapacity: ["killWorkerBefore", "connectionLostAfter", "accessDenied"],
  EnableRule: ["killWorkerAfter", "accessDenied"],
  DisableRule: ["killWorkerBefore", "accessDenied"],
};

/** Selects one call of each operation. */
function createSample(): (one: FaultCase) => boolean {
  const seen = new Set<string>();
  return ({ fault, call: { operation } }) => {
    if (process.env.FUZZ) return true;
    const isNew = !seen.has(`${operation} ${fault}`);
    seen.add(`${operation} ${fault}`);
    return isNew && (SAMPLE[operation]?.includes(fault) ?? false);
  };
}

const lastsIn = (one: FaultCase | undefined): boolean =>
  one?.fault === "accessDenied" || one?.fault === "throttleForever";

describe("the checker of a ZipToLambdaPipeline's instances under faults", function () {
  this.timeout(process.env.FUZZ ? 1_800_000 : 200_000);
  let workers: WorkersCloud;
  let speak: () => void;
  beforeEach(() => {
    speak = silenceConsole();
  });
  afterEach(async () => {
    speak();
    await workers?.close();
  });

  it("has a worker while there is a zip and none after it, or the alarm reports the checker", async () => {
    // No instance takes the zip.
    workers = await WorkersCloud.start({ runsPrograms: false });
    let most = 0;
    const report = await faultMatrix({
      cloud: workers.apps.cloud,
      roleName: "checker",
      sample: createSample(),
      prepare: async () => {
        await workers.reset();
        most = 0;
      },
      async run() {
        await workers.apps.send(PIPELINE, "a zip");
        void workers.callChecker({ wake: "upload" });
        await workers.seconds(300);
        most = workers.desired;
        workers.purge();
        await workers.idle();
      },
      settle: () => workers.seconds(300),
      async check(fault) {
        const end = [workers.desired, await workers.isTicking()];
        const isRight = most === 1 && end[0] === 0 && end[1] === false;
        // Then the alarm on errors reports the checker.
        if (lastsIn(fault) && workers.checkerErrors.length > 0) return;
        expect(isRight, JSON.stringify({ most, end })).to.equal(true);
      },
    });
    speak();
    console.log(formatFaultMatrix(report));
  });

  it("requests a worker for a zip that was uploaded while the checker failed for ten minutes", async () => {
    workers = await WorkersCloud.start({ runsPrograms: false });
    const { faults } = workers.apps.cloud;
    const rule = { service: "auto-scaling", operation: "DescribeAutoScalingGroups" } as const;
    const fault = { ...rule, roleName: "checker", kind: "internalError" } as const;
    const id = faults.add({ ...fault, times: "forever" });
    await workers.apps.send(PIPELINE, "a zip");
    void workers.callChecker({ wake: "upload" });
    await workers.seconds(600);
    expect([workers.desired, workers.checkerErrors.length > 3]).to.deep.equal([0, true]);
    faults.remove(id);
    expect(await workers.until(() => workers.desired === 1, 120)).to.equal(true);
  });
});
