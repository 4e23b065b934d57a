import { expect } from "chai";
import type { AppsSettings } from "../../../../callbacks/delivery/zipToLambdaPipeline/settings";
import type { S3Event } from "../../../../localcloud/testing";
import { nodeApp } from "../../../support/zips/zipApp";
import { silenceConsole } from "../../../support/silenceConsole";
import { PipelineCloud } from "./pipelineCloud";

describe("a worker of ZipToLambdaPipeline", function () {
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

  async function deploy(app: string, zip: Uint8Array = nodeApp(`"${app}"`)): Promise<string> {
    const { versionId, notification } = await apps.put("apps", app, zip);
    await apps.send("apps", notification);
    await apps.drain();
    return versionId;
  }

  const liveOf = (app: string) =>
    apps.lambda.functions.get(`shop-dev-apps-${app}`)?.aliases.get("LIVE")?.version;

  it("deploys a zip", async () => {
    const versionId = await deploy("hello");
    expect(await apps.status("hello")).to.deep.include({ state: "deployed", versionId, live: "1" });
    expect(liveOf("hello")).to.equal("1");
  });

  it("reports in the status and to EventBridge that SQS gives an upload up, with the live version", async () => {
    await deploy("stuck");
    const rule = { service: "lambda", operation: "GetFunction", kind: "internalError" } as const;
    const id = apps.cloud.faults.add({ ...rule, times: "forever" });
    const after = apps.cloud.recorder.last;
    const versionId = await deploy("stuck", nodeApp(`"second"`));
    apps.cloud.faults.remove(id);
    const status = await apps.status("stuck");
    expect(status).to.deep.include({ state: "rejected", code: "failed", versionId, live: "1" });
    expect(status.fix).to.contain("dead-letter queue");
    expect(apps.sentEvents(after)).to.deep.equal(["App rejected stuck"]);
  });

  it("reports the same for an upload that waits for another change until SQS gives it up", async () => {
    const rule = { service: "lambda", operation: "GetFunction", kind: "throttle" } as const;
    const code = "ResourceConflictException";
    const id = apps.cloud.faults.add({ ...rule, code, times: "forever" });
    const versionId = await deploy("waits");
    apps.cloud.faults.remove(id);
    const status = await apps.status("waits");
    expect(status).to.deep.include({ state: "rejected", code: "failed", versionId });
  });

  it("reports the same when its table does not answer", async () => {
    const rule = { service: "dynamodb", operation: "UpdateItem", kind: "accessDenied" } as const;
    const id = apps.cloud.faults.add({ ...rule, times: "forever" });
    const versionId = await deploy("no-table");
    apps.cloud.faults.remove(id);
    expect(await apps.status("no-table")).to.deep.include({
      state: "rejected",
      code: "failed",
      versionId,
    });
  });

  it("rejects a zip that its bucket kept no version of", async () => {
    await deploy("old");
    for (const versionId of [undefined, "null"]) {
      const { notification } = await apps.put("apps", "old", nodeApp(`"${versionId}"`));
      await apps.send("apps", withVersion(notification, versionId));
      await apps.drain();
      const status = await apps.status("old");
      expect(status, versionId).to.deep.include({
        state: "rejected",
        code: "noVersion",
        live: "1",
      });
      expect(status.fix).to.contain("upload the zip again");
    }
  });

  it("reports a rollback and a removal to EventBridge", async () => {
    await deploy("back");
    await deploy("back", nodeApp(`"second"`));
    const after = apps.cloud.recorder.last;
    await apps.ask({ rollback: { app: "back" } });
    await apps.ask({ remove: { app: "back" } });
    // The app no longer exists: nothing has changed.
    await apps.ask({ remove: { app: "back" } });
    expect(apps.sentEvents(after)).to.deep.equal(["App deployed back", "App removed back"]);
  });

  it("removes a reservation that the program no longer has, unless somebody has changed it", async () => {
    const reserved = (app: string) =>
      apps.lambda.functions.get(`shop-dev-apps-${app}`)?.reservedConcurrency;
    const settings = {
      apps: { own: { reservedConcurrency: 5 }, theirs: { reservedConcurrency: 5 } },
    };
    await apps.settings(settings);
    await deploy("own");
    await deploy("theirs");
    expect([reserved("own"), reserved("theirs")]).to.deep.equal([5, 5]);
    await apps.reserve("theirs", 7);
    await apps.settings({});
    await deploy("own", nodeApp(`"second"`));
    await deploy("theirs", nodeApp(`"second"`));
    expect([reserved("own"), reserved("theirs")]).to.deep.equal([undefined, 7]);
    await apps.reserve("own", 3);
    await deploy("own", nodeApp(`"third"`));
    expect(reserved("own")).to.equal(3);
  });

  it("reads the program's settings of many apps from its bucket, once", async () => {
    const names = Array.from({ length: 300 }, (_value, index) => `app-${index}`);
    const settings = names.map((name, index) => [name, { memorySize: 128 + index, timeout: 20 }]);
    await apps.settings({ apps: Object.fromEntries(settings) as AppsSettings["apps"] });
    const after = apps.cloud.recorder.last;
    await apps
      .put("apps", "app-299", nodeApp("1"))
      .then(({ notification }) => apps.send("apps", notification));
    await apps
      .put("apps", "app-7", nodeApp("1"))
      .then(({ notification }) => apps.send("apps", notification));
    await apps.drain();
    const memory = (app: string) =>
      apps.lambda.functions.get(`shop-dev-apps-${app}`)?.latest.settings.memorySize;
    expect([memory("app-299"), memory("app-7")]).to.deep.equal([427, 135]);
    const reads = apps.cloud.recorder
      .find({ service: "s3", operation: "GetObject", after })
      .filter(({ input }) => (input as { Key: string }).Key.startsWith("settings/"));
    expect(reads).to.have.length(1);
  });
});

function withVersion(notification: string, versionId: string | undefined): string {
  const event = JSON.parse(notification) as S3Event;
  const [record] = event.Records;
  const { versionId: _, ...object } = record.s3.object;
  const changed = versionId === undefined ? object : { ...object, versionId };
  return JSON.stringify({ Records: [{ ...record, s3: { ...record.s3, object: changed } }] });
}
