import { expect } from "chai";
import { type FaultCase, faultMatrix, formatFaultMatrix } from "../../../localcloud/testing";
import { nodeApp } from "../../support/zips/zipApp";
import { PipelineProgram } from "../../support/programs/pipelineProgram";

/**
 * In CI each call that a later one builds on loses its worker, its answer or its object; under FUZZ=1 each call meets
 * each fault.
 */
const SAMPLE: Readonly<Record<string, FaultCase["fault"]>> = {
  CreateFunction: "killWorkerAfter",
  PublishVersion: "connectionLostAfter",
  CreateAlias: "killWorkerAfter",
  GetObject: "notFound",
  UpdateFunctionCode: "connectionLostAfter",
  UpdateAlias: "killWorkerAfter",
  TransactWriteItems: "connectionLostAfter",
};

function sample({ fault, call }: FaultCase): boolean {
  return Boolean(process.env.FUZZ) || fault === SAMPLE[call.operation];
}

describe("a ZipToLambdaPipeline under faults", function () {
  this.timeout(900_000);
  let apps: PipelineProgram;
  before(async () => {
    // The timeout is real time too: a busy computer must not make a good app fail.
    apps = await PipelineProgram.start({ VERIFY: "20" });
  });
  after(() => apps?.close());

  let round = 0;
  const nextApp = (): string => `app-${round}`;

  it("ends every upload: the newest is live, or an alarm reports that a permission is missing", async () => {
    const report = await faultMatrix({
      cloud: apps.cloud,
      roleName: apps.roleName,
      sample,
      // Each case has a separate app: the first upload makes calls that later ones do not.
      prepare: async () => {
        round += 1;
      },
      run: async () => {
        await apps.drop(nextApp(), nodeApp(`{ ok: true, upload: 1 }`));
        await apps.settle(0.2);
        await apps.drop(nextApp(), nodeApp(`{ ok: true, upload: 2 }`));
      },
      settle: () => apps.settle(9),
      async check(fault) {
        const lasts = fault?.fault === "accessDenied" || fault?.fault === "throttleForever";
        const states = (await apps.outcomes(nextApp())).map(({ outcome }) => outcome);
        expect(await apps.waiting("queueUrl")).to.equal(0);
        // An upload that cannot be handled is in the dead-letter queue, and its alarm reports it.
        if (lasts) expect(states.length + (await apps.waiting("deadLettersUrl"))).to.be.above(1);
        else {
          expect(states.at(-1), states.join()).to.equal("deployed");
          expect(states).to.have.length(2);
          expect(await apps.invoke(nextApp())).to.deep.include({ upload: 2 });
        }
      },
    });
    console.log(formatFaultMatrix(report));
  });
});
