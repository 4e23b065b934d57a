import { createHash } from "node:crypto";
import { expect } from "chai";
import { nodeApp } from "../../../support/zips/zipApp";
import { silenceConsole } from "../../../support/silenceConsole";
import { PipelineCloud } from "./pipelineCloud";

/** Milliseconds between the start of the upload and the interference. */
const DELAYS = process.env.FUZZ
  ? Array.from({ length: 60 }, (_value, index) => index * 50)
  : [0, 150, 400, 900, 2500];

describe("interference with a ZipToLambdaPipeline's worker", function () {
  this.timeout(process.env.FUZZ ? 600_000 : 60_000);
  let apps: PipelineCloud;
  let speak: () => void;
  before(async () => {
    speak = silenceConsole();
    apps = await PipelineCloud.start();
    apps.lambda.changeDelayMs = 700;
  });
  after(async () => {
    speak();
    await apps?.close();
  });

  const functionOf = (app: string) => apps.lambda.functions.get(`shop-dev-apps-${app}`);

  /** Returns the SHA-256 of the zip that LIVE serves. */
  function liveOf(app: string): string | undefined {
    const found = functionOf(app);
    const version = found?.aliases.get("LIVE")?.version;
    return found?.published.find((one) => one.version === version)?.settings.code.sha256;
  }

  async function drop(app: string, zip: Uint8Array): Promise<string> {
    const { versionId, notification } = await apps.put("apps", app, zip);
    await apps.send("apps", notification);
    return versionId;
  }

  for (const delay of DELAYS)
    it(`an upload ends live when a rollback is requested ${delay} ms after it arrived`, async () => {
      const app = `rolled-${delay}`;
      for (const text of ["first", "second"]) {
        await drop(app, nodeApp(`"${text}"`));
        await apps.drain();
      }
      const zip = nodeApp(`"third"`);
      const versionId = await drop(app, zip);
      const rollback = apps.time.sleep(delay).then(() => apps.askBeside({ rollback: { app } }));
      let answer: unknown;
      await apps.drain("apps", 2, [rollback.then((one) => (answer = one))]);
      const { live, refused } = answer as { live?: string; refused?: string };
      const isLast = live === "2";
      // Refused during the upload; before it, the upload moves LIVE on; after it, the version before is live.
      expect(live ?? refused, JSON.stringify(answer)).to.match(/^(1|2|.*is in progress.*)$/);
      const status = await apps.status(app);
      expect(status.state).to.equal("deployed");
      if (isLast) expect(functionOf(app)?.aliases.get("LIVE")?.version).to.equal("2");
      else {
        expect(status.versionId).to.equal(versionId);
        expect(liveOf(app)).to.equal(createHash("sha256").update(zip).digest("base64"));
      }
    });

  it("an upload that waited for another one ends live, even if its zip cannot be read for a moment", async () => {
    const zip = nodeApp(`"second"`);
    await drop("waited", nodeApp(`"first"`));
    const second = apps.time.sleep(200).then(async () => {
      await drop("waited", zip);
      // By then the first zip has been read, and the second upload waits for its next try.
      await apps.time.sleep(1000);
      apps.cloud.faults.add({ service: "s3", operation: "GetObject", kind: "notFound" });
    });
    await apps.drain("apps", 2, [second]);
    expect((await apps.status("waited")).state).to.equal("deployed");
    expect(liveOf("waited")).to.equal(createHash("sha256").update(zip).digest("base64"));
  });

  for (const delay of DELAYS)
    it(`an app is removed when its zip is deleted ${delay} ms after it arrived`, async () => {
      const app = `deleted-${delay}`;
      await drop(app, nodeApp(`"${app}"`));
      const removal = apps.removal("apps", app);
      await apps.drain("apps", 2, [apps.time.sleep(delay).then(() => apps.send("apps", removal))]);
      expect(functionOf(app)).to.equal(undefined);
      expect((await apps.status(app)).state).to.equal("removed");
      const outcomes = [...(await apps.outcomes())].filter(([key]) => key.startsWith(`${app} `));
      // The upload was deployed before, or the deletion was newer than it.
      expect(
        outcomes
          .map(([, outcome]) => outcome)
          .sort()
          .join(),
      ).to.match(/^(deployed,removed|removed,superseded)$/);
      expect(await apps.waiting("apps-dead")).to.equal(0);
    });
});
