import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { advanceUntilQuiet, dockerHubPush } from "../../../localcloud/testing";
import type { EcsStore } from "../../../localcloud/services/ecs/store";
import { EngineSession } from "../../../localcloud/test/support/engineSession";

const REPOSITORY = path.resolve(__dirname, "../../..");
const MAIN = path.join(REPOSITORY, "examples/webhook-redeployer/index.ts");

describe("the example webhook-redeployer, updated again by the local cloud's own engine", function () {
  this.timeout(120_000);
  let directory: string;
  let engine: EngineSession;
  let webhookUrl: string;

  before(async () => {
    directory = mkdtempSync(path.join(tmpdir(), "refresh-"));
    const project = [`name: shop`, "runtime: nodejs", `main: ${MAIN}`];
    const lines = [...project, "options: { refresh: always }"];
    writeFileSync(path.join(directory, "Pulumi.yaml"), lines.join("\n"));
    symlinkSync(path.join(REPOSITORY, "node_modules"), path.join(directory, "node_modules"));
    configure(128);
    engine = await EngineSession.start("", { directory, clock: "manual" });
    const { outputs } = await engine.run();
    webhookUrl = String(outputs.webhookUrl);
    await engine.session.cloud.clock.advance(300_000);
    await push("1.1.0");
  });
  after(async () => {
    await engine?.close();
    rmSync(directory, { recursive: true });
  });

  async function push(tag: string): Promise<void> {
    const { cloud } = engine.session;
    const pushed_at = Math.floor(cloud.clock.now() / 1000);
    const body = JSON.stringify(dockerHubPush({ tag, push_data: { pushed_at } }));
    await fetch(webhookUrl, { method: "POST", body });
    await advanceUntilQuiet(cloud, { quietMinutes: 3, limitMinutes: 60 });
  }

  function configure(memory: number): void {
    const config = `config:\n  aws:region: us-east-1\n  shop:memory: ${memory}\n`;
    writeFileSync(path.join(directory, "Pulumi.dev.yaml"), config);
  }
  /** The steps of the two task definitions and the service of the program; two of them are named `web`. */
  const steps = (): string[] => engine.steps.filter((step) => / (web|report)$/.test(step)).sort();

  it("finds what the webhook deployed, and changes nothing", async () => {
    const before = engine.calls;
    await engine.run();
    expect(steps()).to.deep.equal([
      "changed report",
      "changed web",
      "changed web",
      "same report",
      "same web",
      "same web",
    ]);
    expect(engine.steps.filter((step) => !/^(same|changed) /.test(step))).to.deep.equal([]);
    expect(engine.writes(before).filter((call) => call !== "kms:Decrypt")).to.deep.equal([]);
    // Known by now: the next run finds no change.
    await engine.run();
    expect(engine.steps.filter((step) => !step.startsWith("same "))).to.deep.equal([]);
  });

  it("rolls nothing after a deployment that was rolled back: only the job has another image", async () => {
    const { cloud } = engine.session;
    // The registry's type does not know the type of a service's store.
    const ecs = cloud.registry.named("ecs")?.store(cloud.defaultRegion, cloud) as EcsStore;
    ecs.images.push("acme/web:1.2.0", { crashes: true });
    await push("1.2.0");
    const before = engine.calls;
    await engine.run();
    expect(engine.steps.filter((step) => !step.startsWith("same "))).to.deep.equal([
      "changed report",
    ]);
    expect(engine.writes(before).filter((call) => call !== "kms:Decrypt")).to.deep.equal([]);
  });

  it("changes what the program changes, and keeps the image", async () => {
    configure(256);
    await engine.run();
    expect(steps().filter((step) => !step.startsWith("deleteReplaced "))).to.deep.equal([
      "create report",
      "create web",
      "update web",
    ]);
    const task = engine.session.resources.find(
      ({ type, urn }) => type.includes("taskDefinition") && urn.endsWith("::web"),
    );
    const [container] = JSON.parse(String(task?.outputs.containerDefinitions)) as object[];
    expect(container).to.include({ image: "acme/web:1.1.0", memory: 256 });
  });
});
