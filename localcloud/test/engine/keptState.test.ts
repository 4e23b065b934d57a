import { GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { Cloud, startCloud } from "../../cloud/cloud";
import { DeploymentError } from "../../engine/deployment/events";
import { runOf, savedRunOf } from "../../engine/state/keptState";
import { ROOT_CREDENTIALS } from "../../engine/session";
import { StateFolder } from "../../engine/state/stateFolder";
import { EngineSession } from "../support/engineSession";

describe("The kept state of a stack", () => {
  let home = "";
  let folder: StateFolder;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), "kept-state-"));
    folder = StateFolder.open(path.join(home, "state"), "0.0.1");
  });
  afterEach(() => {
    delete process.env.SCENE;
    folder.release();
    rmSync(home, { recursive: true, force: true });
  });

  it("is that of a whole stack when the cloud ends during a reset", async () => {
    process.env.SCENE = "queue";
    const first = await EngineSession.start("scenes", { state: folder });
    await first.run();
    const order: string[] = [];
    const failure = (run: Promise<unknown>): Promise<unknown> =>
      run.catch((error: unknown) => {
        order.push("run ended");
        return error;
      });
    const { cloud, events } = first.session;
    const close = cloud.close.bind(cloud);
    cloud.close = (save) => {
      order.push("cloud ends");
      return close(save);
    };
    const deploys = new Promise((resolve) => events.once("step", resolve));
    const runs = [first.session.reset(), first.session.reset()].map(failure);
    await deploys;
    await first.close();
    expect(order).to.deep.equal(["run ended", "run ended", "cloud ends"]);
    for (const error of await Promise.all(runs)) expect(error).to.be.instanceOf(DeploymentError);
    expect(first.steps).to.include("create queue");

    const second = await EngineSession.start("scenes", { state: folder });
    try {
      await second.run();
      const { endpoint } = second.session.cloud;
      const sqs = new SQSClient({
        endpoint,
        region: "eu-central-1",
        credentials: ROOT_CREDENTIALS,
      });
      const QueueName = String(second.property("queue", "name"));
      expect((await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl).to.equal(
        second.property("queue"),
      );
    } finally {
      await second.close();
    }
  });

  it("of a cloud without a program is never half of a reset", async () => {
    const order: string[] = [];
    const cloud = await startCloud();
    const reset = cloud.reset().then(() => order.push("reset"));
    await cloud.close(() => Promise.resolve(void order.push("saved")));
    await reset;
    expect(order).to.deep.equal(["reset", "saved"]);
    const late = await cloud.reset().catch((error: Error) => error.message);
    expect(late).to.equal("The local cloud is ending.");
  });

  it("is refused when the configuration no longer has its region, which is not the default", async () => {
    const stack = { project: "p", name: "dev", resources: [], replaced: [], urns: [] };
    const project = { name: "p", stack: "dev" };
    const saved = async (region?: string): Promise<void> => {
      const cloud = new Cloud({ region });
      await cloud.listen(0);
      folder.write({ ...(await runOf(cloud)), stack });
      await cloud.close();
    };
    await saved("eu-central-1");
    const configured = { ...project, config: { "aws:region": "eu-central-1" } };
    expect(savedRunOf(configured, folder)?.cloud.region).to.equal("eu-central-1");
    expect(() => savedRunOf({ ...project, config: {} }, folder)).to.throw(
      /^the state in \S+ is of the region eu-central-1, not of us-east-1, the default without aws:region: delete the folder/,
    );
    await saved();
    expect(savedRunOf({ ...project, config: {} }, folder)?.cloud.region).to.equal("us-east-1");
  });
});
