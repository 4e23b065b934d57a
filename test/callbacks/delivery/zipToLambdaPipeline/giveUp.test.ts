import { expect } from "chai";
import { nodeApp } from "../../../support/zips/zipApp";
import { silenceConsole } from "../../../support/silenceConsole";
import { type Handled, PipelineCloud } from "./pipelineCloud";
import type { Life } from "./virtualDeps";

/** Receives of a message in which its zip is worked on. */
const TRIES = 5;

describe("a worker of ZipToLambdaPipeline that crashes again and again", function () {
  this.timeout(60_000);
  let apps: PipelineCloud;
  let speak: () => void;
  before(async () => {
    speak = silenceConsole();
    apps = await PipelineCloud.start();
  });
  after(async () => {
    speak();
    await apps?.close();
  });
  afterEach(() => apps.cloud.faults.clear());

  async function drop(app: string, zip: Uint8Array): Promise<string> {
    const { versionId, notification } = await apps.put("apps", app, zip);
    await apps.send("apps", notification);
    return versionId;
  }

  async function deploy(app: string, text: string): Promise<string> {
    const versionId = await drop(app, nodeApp(`"${text}"`));
    await apps.drain();
    return versionId;
  }

  /** Handles the messages of the queue, each in a new environment; `lives` says how long the n-th one lives. */
  function handleAll(lives: (round: number) => Life): Promise<Handled[]> {
    const handled: Handled[] = [];
    const work = async (): Promise<Handled[]> => {
      while ((await apps.waiting("apps")) > 0) {
        const environment = apps.environment("apps", lives(handled.length));
        const one = await apps.handleNext("apps", environment);
        if (one === "none") await apps.time.sleep(120_000);
        else handled.push(one);
      }
      return handled;
    };
    return apps.time.during(work());
  }

  const killed = (times: number, killAfter: number) => (round: number) =>
    round < times ? { killAfter } : {};
  const liveOf = (app: string) =>
    apps.lambda.functions.get(`shop-dev-apps-${app}`)?.aliases.get("LIVE")?.version;
  const outcomeOf = async (app: string, versionId: string) =>
    (await apps.outcomes()).get(`${app} ${versionId}`);

  it("reports that the upload is given up, by status, event and outcome, and keeps its message", async () => {
    await deploy("killer", "first");
    const after = apps.cloud.recorder.last;
    const versionId = await drop("killer", nodeApp(`"second"`));
    const handled = await handleAll(killed(TRIES, 3));
    expect(handled).to.deep.equal([...Array<Handled>(TRIES).fill("killed"), "done"]);
    const status = await apps.status("killer");
    expect(status).to.deep.include({ state: "rejected", code: "failed", versionId, live: "1" });
    expect(status.reason).to.contain("failed with it 5 times");
    expect(status.fix).to.contain("dead-letter queue");
    expect(apps.sentEvents(after)).to.deep.equal(["App rejected killer"]);
    expect(await outcomeOf("killer", versionId)).to.equal("rejected");
    expect(await apps.waiting("apps-dead")).to.equal(1);
  });

  it("reports it even when the worker crashes once more during the report", async () => {
    const versionId = await drop("twice", nodeApp(`"first"`));
    const handled = await handleAll(killed(TRIES + 2, 2));
    expect(handled.filter((one) => one === "killed")).to.have.length(TRIES + 2);
    expect(await apps.status("twice")).to.deep.include({ state: "rejected", versionId });
    expect(await outcomeOf("twice", versionId)).to.equal("rejected");
  });

  it("deploys the zip after its message is moved back from the dead-letter queue", async () => {
    const { notification, versionId } = await apps.put("apps", "again", nodeApp(`"first"`));
    await apps.send("apps", notification);
    await handleAll(killed(TRIES, 3));
    expect((await apps.status("again")).state).to.equal("rejected");
    await apps.send("apps", notification);
    await apps.drain();
    expect(await apps.status("again")).to.deep.include({ state: "deployed", versionId });
    expect(await outcomeOf("again", versionId)).to.equal("deployed");
  });

  it("leaves a zip that it cannot deploy to an older one that waited for it", async () => {
    const { notification, versionId } = await apps.put("apps", "older", nodeApp(`"good"`));
    await drop("older", nodeApp(`"kills"`));
    await handleAll(killed(TRIES, 3));
    await apps.send("apps", notification);
    const before = apps.cloud.clock.now();
    await apps.drain();
    expect(apps.cloud.clock.now() - before).to.be.below(60_000);
    expect(await apps.status("older")).to.deep.include({ state: "deployed", versionId });
  });

  it("reports a zip as deployed when LIVE already served it before the crash", async () => {
    await deploy("moved", "first");
    const rule = { service: "dynamodb", operation: "TransactWriteItems" } as const;
    // Reported, but never recorded.
    apps.cloud.faults.add({ ...rule, kind: "internalError", times: "forever" });
    const versionId = await drop("moved", nodeApp(`"second"`));
    const handled = await handleAll((round) => {
      if (round === TRIES) apps.cloud.faults.clear();
      return {};
    });
    expect(handled.slice(-1)).to.deep.equal(["done"]);
    expect(liveOf("moved")).to.equal("2");
    expect(await apps.status("moved")).to.deep.include({ state: "deployed", versionId, live: "2" });
    expect(await outcomeOf("moved", versionId)).to.equal("deployed");
  });

  it("keeps a message that it cannot read", async () => {
    const before = await apps.waiting("apps-dead");
    await apps.send("apps", "no JSON");
    await handleAll(() => ({}));
    expect(await apps.waiting("apps-dead")).to.equal(before + 1);
  });
});
