import { execSync } from "node:child_process";
import { parentPort } from "node:worker_threads";
import { expect } from "chai";
import { isThreadOf, serveChecks } from "../../../../callbacks/api/stagedApi/gates/checkThread";
import { runInThread } from "../../../../callbacks/api/stagedApi/gates/runInThread";
import type { DeployedFunction } from "../../../../localcloud/testing";
import { asDeployed } from "../../../support/closures/asDeployed";
import { mockPulumi } from "../../../support/graph/pulumiMocks";

mockPulumi();

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What a check does. */
const CHECKS = {
  passes: () => undefined,
  pauses: () => pause(50),
  neverSettles: () => new Promise<never>(() => undefined),
  logsEndlessly: () => {
    for (;;) console.log("x".repeat(100));
  },
  waitsForAProcess: () => execSync("sleep 20"),
  throwsUndefined: () => setTimeout(() => throwIt(undefined), 1) && pause(5_000),
  throwsNull: () => setTimeout(() => throwIt(null), 1) && pause(5_000),
  throwsAFunction: () => setTimeout(() => throwIt(() => 1), 1) && pause(5_000),
  abandonsAFetch: () => {
    void fetch("http://127.0.0.1:9/", { signal: AbortSignal.abort() });
    return pause(5_000);
  },
  abortsInATimer: () => setTimeout(() => AbortSignal.abort().throwIfAborted(), 1) && pause(5_000),
  listensItself: async () => {
    process.on("uncaughtException", () => undefined);
    setTimeout(() => throwIt(new Error("expected")), 1);
    await pause(50);
  },
  postsAMessage: async () => {
    parentPort?.postMessage("hi");
    await pause(50);
  },
  leavesARejection: async () => void Promise.reject(new Error("left behind")),
  leavesATimer: async () => void setTimeout(() => throwIt(new Error("left behind")), 1),
  replacesTimers: async () => {
    // As a library for tests does. The second check then cannot even be late.
    globalThis.setTimeout = (() => 0) as never;
  },
};

function throwIt(thrown: unknown): never {
  throw thrown;
}

type CheckName = keyof typeof CHECKS;

interface Subject {
  readonly first: CheckName;
  readonly second: CheckName;
}

/** As a component has it: the code of the function also serves its thread. */
function factory(): (subject: Subject) => Promise<string> {
  const checks = {
    first: async ({ first }: Subject) => void (await CHECKS[first]()),
    second: async ({ second }: Subject) => void (await CHECKS[second]()),
  };
  const toolsOf = (subject: Subject): Subject => subject;
  if (isThreadOf("gate")) serveChecks("gate", checks, toolsOf);
  return async (subject) => {
    const judged = { checksOf: "gate", checks, toolsOf, subject, milliseconds: 1000 } as const;
    await runInThread(judged, () => 10_000);
    return "passed";
  };
}

describe("The thread of a gate's checks", function () {
  this.timeout(60_000);
  let deployed: DeployedFunction;

  before(async () => {
    deployed = await asDeployed(factory, { isFactory: true, timeout: 5 });
  });
  after(() => deployed.close());

  /** Returns "passed" or why the checks failed. */
  async function resultOf(first: CheckName, second: CheckName = "passes"): Promise<string> {
    const { payload } = await deployed.invoke({ first, second });
    // Lambda's form of an error.
    return typeof payload === "string"
      ? payload
      : (payload as { errorMessage: string }).errorMessage;
  }

  const late = "it did not end within 1.0 seconds, and never paused";
  for (const [what, first, says] of [
    ["logs endlessly", "logsEndlessly", late],
    ["throws undefined in a timer", "throwsUndefined", "it threw undefined instead of an Error"],
    ["throws null in a timer", "throwsNull", "it threw null instead of an Error"],
    ["throws a function in a timer", "throwsAFunction", "it threw a function instead of an Error"],
    ["abandons an aborted fetch", "abandonsAFetch", "This operation was aborted"],
    ["aborts in a timer", "abortsInATimer", "This operation was aborted"],
  ] as const)
    it(`names a check that ${what}, with the reason`, async () => {
      expect(await resultOf(first)).to.contain(`gate 'first' failed: ${says}`);
    });

  it("names a check that waits for a child process, long before that process ends", async () => {
    expect(await resultOf("waitsForAProcess")).to.contain(`gate 'first' failed: ${late}`);
  });

  it("passes a check that listens to uncaught errors itself, or uses parentPort itself", async () => {
    expect(await resultOf("listensItself")).to.equal("passed");
    expect(await resultOf("postsAMessage")).to.equal("passed");
  });

  for (const first of ["leavesARejection", "leavesATimer"] as const)
    it(`passes a check however it ends what it left behind after it had passed: ${first}`, async () => {
      // Until after that end.
      expect(await resultOf(first, "pauses")).to.equal("passed");
      expect(await resultOf("passes", first)).to.equal("passed");
    });

  it("does not claim that a check called process.exit when nothing was left to wait for", async () => {
    expect(await resultOf("replacesTimers", "neverSettles")).to.equal(
      "gate 'second' failed: it left nothing to wait for, or called process.exit(0)",
    );
  });
});
