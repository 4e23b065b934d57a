import { type GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import {
  claimGateRun,
  recordGateResult,
  readGateResults,
} from "../../../../callbacks/api/stagedApi/releases/gateResults";
import { type Cloud, startCloud } from "../../../../localcloud/cloud/cloud";
import { ROOT_CREDENTIALS } from "../../../../localcloud/engine/session";

const NAME = "/staged-api/project/dev/greeting/verdicts";
const OLD = { version: "1", deploymentId: "a" };
const NEW = { version: "2", deploymentId: "b" };

describe("the verdicts of a StagedApi", () => {
  let cloud: Cloud;
  let ssm: SSMClient;
  before(async () => {
    cloud = await startCloud();
    const { endpoint, defaultRegion: region } = cloud;
    ssm = new SSMClient({ endpoint, region, credentials: ROOT_CREDENTIALS });
  });
  after(async () => {
    ssm.destroy();
    await cloud.close();
  });
  beforeEach(() => write({ passed: OLD }));

  const write = (value: object): Promise<unknown> =>
    ssm.send(
      new PutParameterCommand({
        Name: NAME,
        Type: "String",
        Value: JSON.stringify(value),
        Overwrite: true,
      }),
    );

  it("do not change when a run begins to judge", async () => {
    expect(await claimGateRun(ssm, NAME, "one")).to.deep.equal({
      passed: OLD,
      failed: undefined,
    });
    expect(await readGateResults(ssm, NAME)).to.deep.equal({ passed: OLD, judge: "one" });
  });

  it("keep the first release that passed, which prod serves until it is moved", async () => {
    await write({ first: OLD, passed: NEW });
    expect((await claimGateRun(ssm, NAME, "one")).first).to.deep.equal(OLD);
    expect((await readGateResults(ssm, NAME)).first).to.deep.equal(OLD);
  });

  it("are written only by the run that began last", async () => {
    await claimGateRun(ssm, NAME, "one");
    await claimGateRun(ssm, NAME, "two");
    expect(await recordGateResult(ssm, NAME, "one", { passed: NEW })).to.equal(false);
    expect(await readGateResults(ssm, NAME)).to.deep.equal({ passed: OLD, judge: "two" });
    expect(await recordGateResult(ssm, NAME, "two", { passed: NEW })).to.equal(true);
    expect((await readGateResults(ssm, NAME)).passed).to.deep.equal(NEW);
  });

  it("are restored when another run began to judge at the moment of the write", async () => {
    await claimGateRun(ssm, NAME, "one");
    const send = ssm.send.bind(ssm);
    let interfered = false;
    ssm.send = (async (command: GetParameterCommand) => {
      const answer: unknown = await send(command);
      if (!interfered) {
        interfered = true;
        await claimGateRun(ssm, NAME, "two");
      }
      return answer;
    }) as typeof ssm.send;
    const noted = await recordGateResult(ssm, NAME, "one", { passed: NEW }).finally(() => {
      ssm.send = send;
    });
    expect(interfered).to.equal(true);
    expect(noted).to.equal(false);
    expect(await readGateResults(ssm, NAME)).to.deep.equal({ passed: OLD, judge: "two" });
  });
});
