import { expect } from "chai";
import type { Builder } from "../../../../../callbacks/delivery/zipToLambdaPipeline/build/builder";
import { rejectedUpload } from "../../../../../callbacks/delivery/zipToLambdaPipeline/deploy/problem";
import { silenceConsole } from "../../../../support/silenceConsole";
import { nodeApp, zipOf } from "../../../../support/zips/zipApp";
import { PipelineCloud } from "../pipelineCloud";
import { playedBuilder } from "./playedBuilder";

/** Seconds that a build may take: longer than a worker's lease without one. */
const BUILD_TIME = 300;

const toBuild = (text: string) =>
  zipOf({ "lambda.json": '{ "build": ["make"] }', "source.txt": text });

describe("an upload with a build", function () {
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

  const drop = async (app: string, zip: Uint8Array): Promise<string> => {
    const { versionId, notification } = await apps.put("apps", app, zip);
    await apps.send("apps", notification);
    return versionId;
  };
  const functionOf = (app: string) => apps.lambda.functions.get(`shop-dev-apps-${app}`);
  const liveOf = (app: string) => functionOf(app)?.aliases.get("LIVE")?.version;
  const outcomeOf = async (app: string, versionId: string) =>
    (await apps.outcomes()).get(`${app} ${versionId}`);

  it("is rejected by a worker that is a function, with how to fix it", async () => {
    const versionId = await drop("plain", toBuild("one"));
    await apps.drain();
    expect(await apps.status("plain")).to.deep.include({
      state: "rejected",
      code: "buildNeedsInstances",
      versionId,
      reason:
        "the zip has commands to build, such as 'make', and this pipeline's worker is a function",
      fix: 'deploy the pipeline with worker: "instances"; or build before zipping, and leave build out',
    });
    expect(functionOf("plain")).to.equal(undefined);
  });

  it("becomes the result of its build, and reports the output", async () => {
    apps.builder = playedBuilder(BUILD_TIME, async () => nodeApp(`"built"`), "made it");
    await drop("made", toBuild("one"));
    await apps.drain();
    const status = await apps.status("made");
    expect(status).to.deep.include({
      state: "deployed",
      buildOutput: "made it",
      handler: "index.handler",
    });
    expect(liveOf("made")).to.equal("1");
  });

  it("is rejected with its output, and leaves LIVE, when the build fails or its result would not run", async () => {
    const failing = async (): Promise<Buffer> => {
      throw rejectedUpload({
        code: "buildFailed",
        message: "make: no",
        fix: "fix it",
        buildOutput: "no rule",
      });
    };
    apps.builder = playedBuilder(BUILD_TIME, failing);
    await drop("made", toBuild("two"));
    await apps.drain();
    expect(await apps.status("made")).to.deep.include({
      state: "rejected",
      code: "buildFailed",
      reason: "make: no",
      buildOutput: "no rule",
      live: "1",
    });
    apps.builder = playedBuilder(
      BUILD_TIME,
      async () => zipOf({ "readme.txt": "nothing to run" }),
      "done",
    );
    await drop("made", toBuild("three"));
    await apps.drain();
    const status = await apps.status("made");
    expect(status).to.deep.include({ state: "rejected", code: "noHandler", buildOutput: "done" });
    expect(status.reason).to.match(/^the result of its build is refused: nothing at the root/);
    expect(liveOf("made")).to.equal("1");
  });

  it("is deployed before a newer one that arrives during the build and waits for it", async () => {
    let builds = 0;
    let isBuilding = false;
    const slow = async (): Promise<Buffer> => {
      expect(isBuilding, "two builds of one app at once").to.equal(false);
      isBuilding = true;
      builds += 1;
      const text = `"build ${builds}"`;
      await apps.time.sleep((BUILD_TIME - 60) * 1000);
      isBuilding = false;
      return nodeApp(text);
    };
    apps.builder = playedBuilder(BUILD_TIME, slow);
    const older = await drop("raced", toBuild("old"));
    let newer = "";
    const later = apps.time
      .sleep(30_000)
      .then(async () => (newer = await drop("raced", toBuild("new"))));
    await apps.drain("apps", 2, [later]);
    expect(await outcomeOf("raced", older)).to.equal("deployed");
    expect(await outcomeOf("raced", newer)).to.equal("deployed");
    expect(builds).to.equal(2);
    expect(liveOf("raced")).to.equal("2");
    expect((await apps.status("raced")).versionId).to.equal(newer);
  });

  it("is removed when its zip is deleted during the build", async () => {
    apps.builder = playedBuilder(BUILD_TIME, async () => {
      await apps.time.sleep(100_000);
      return nodeApp(`"gone"`);
    });
    await drop("deleted", toBuild("one"));
    const removal = apps.time
      .sleep(20_000)
      .then(() => apps.send("apps", apps.removal("apps", "deleted")));
    await apps.drain("apps", 2, [removal]);
    expect(functionOf("deleted")).to.equal(undefined);
    expect((await apps.status("deleted")).state).to.equal("removed");
    expect(await apps.waiting("apps-dead")).to.equal(0);
  });

  it("is built again by the next worker when a worker is killed during the build", async () => {
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const dying: Builder = {
      seconds: BUILD_TIME,
      build() {
        begin();
        return new Promise(() => undefined);
      },
    };
    const versionId = await drop("killed", toBuild("one"));
    apps.builder = dying;
    const environment = apps.environment("apps");
    const lost = apps.handleNext("apps", environment);
    lost.catch(() => undefined);
    await apps.time.during(begun);
    apps.builder = playedBuilder(BUILD_TIME, async () => nodeApp(`"again"`));
    await apps.drain();
    expect(await outcomeOf("killed", versionId)).to.equal("deployed");
    expect(liveOf("killed")).to.equal("1");
  });
});
