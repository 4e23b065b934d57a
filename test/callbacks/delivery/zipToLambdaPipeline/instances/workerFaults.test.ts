import { expect } from "chai";
import { type FaultCase, faultMatrix, formatFaultMatrix } from "../../../../../localcloud/testing";
import { silenceConsole } from "../../../../support/silenceConsole";
import { nodeApp } from "../../../../support/zips/zipApp";
import { PIPELINE, WorkersCloud } from "./workersCloud";

const DEAD = `${PIPELINE}-dead`;

/** In CI one call of an operation meets this fault; under FUZZ=1 each call meets each fault. */
const SAMPLE: Readonly<Record<string, FaultCase["fault"]>> = {
  SetInstanceProtection: "connectionLostAfter",
  ReceiveMessage: "killWorkerAfter",
  ChangeMessageVisibility: "accessDenied",
  DeleteMessage: "accessDenied",
  PutLogEvents: "accessDenied",
  UpdateItem: "throttleForever",
  CreateFunction: "killWorkerAfter",
  UpdateAlias: "connectionLostAfter",
  TransactWriteItems: "killWorkerAfter",
};

/** Selects one call of each operation. */
function createSample(): (one: FaultCase) => boolean {
  const seen = new Set<string>();
  return ({ fault, call: { operation } }) => {
    if (process.env.FUZZ) return true;
    const isWanted = SAMPLE[operation] === fault && !seen.has(operation);
    if (isWanted) seen.add(operation);
    return isWanted;
  };
}

describe("the worker of a ZipToLambdaPipeline's instances under faults", function () {
  this.timeout(process.env.FUZZ ? 3_600_000 : 200_000);
  let workers: WorkersCloud;
  let speak: () => void;
  beforeEach(() => {
    speak = silenceConsole();
  });
  afterEach(async () => {
    speak();
    await workers?.close();
  });

  it("deploys each zip of an app in the end, or keeps its message for an operator", async () => {
    workers = await WorkersCloud.start();
    // A zip takes longer than a message stays hidden without a heartbeat.
    workers.apps.lambda.changeDelayMs = 30_000;
    let round = 0;
    const isDone = (): boolean => workers.messages() === 0;
    const report = await faultMatrix({
      cloud: workers.apps.cloud,
      roleName: "instances",
      sample: createSample(),
      // Each case has a separate app: the first zip makes calls that later ones do not.
      prepare: async () => {
        await workers.keepOne();
        workers.purge();
        workers.purge(DEAD);
        round += 1;
      },
      async run() {
        await workers.drop(`app-${round}`, nodeApp(`${round}`));
        await workers.until(isDone, 1000);
        await workers.drop(`app-${round}`, nodeApp(`${round} again`));
      },
      settle: () => workers.until(isDone, 1000),
      async check(fault) {
        const outcomes = [...(await workers.apps.outcomes())]
          .filter(([upload]) => upload.startsWith(`app-${round} `))
          .map(([, outcome]) => outcome);
        const kept = workers.messages() + workers.messages(DEAD);
        const lasts = fault?.fault === "accessDenied" || fault?.fault === "throttleForever";
        const shown = `${JSON.stringify(outcomes)}, ${kept} messages`;
        // Each of them has ended, or its message is still there.
        if (lasts) return void expect(outcomes.length + kept, shown).to.be.at.least(2);
        expect(outcomes, shown).to.deep.equal(["deployed", "deployed"]);
        expect(kept, shown).to.equal(0);
        const found = workers.apps.lambda.functions.get(`shop-dev-apps-app-${round}`);
        expect(found?.aliases.get("LIVE")?.version).to.equal("2");
      },
    });
    speak();
    console.log(formatFaultMatrix(report));
  });
});
