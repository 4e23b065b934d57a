import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { nodeApp } from "../../support/zips/zipApp";
import { PipelineProgram } from "../../support/programs/pipelineProgram";
import { runAppCommand } from "./runAppCommand";

describe("the commands about apps of a ZipToLambdaPipeline", function () {
  this.timeout(300_000);
  let apps: PipelineProgram;
  let folder: string;
  before(async () => {
    apps = await PipelineProgram.start();
    folder = mkdtempSync(path.join(tmpdir(), "zips-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
    return apps?.close();
  });

  const run = (line: string, answer?: boolean): Promise<string> =>
    runAppCommand(apps, line, { answer });

  function file(name: string, bytes: Uint8Array): string {
    const target = path.join(folder, name);
    writeFileSync(target, bytes);
    return target;
  }

  it("uploads a zip and follows it until it is live, and prints the line that calls it", async () => {
    const printed = await run(`deploy-zip ${file("hello.zip", nodeApp("1"))}`);
    expect(printed).to.match(/^hello: uploaded \d+ bytes to s3:\/\/\S+\/apps\/hello\.zip$/m);
    expect(printed).to.match(/^hello: deployed, version 1 \(\d+\.\d s\)$/m);
    expect(printed).to.contain("--function-name zips-dev-apps-hello:LIVE");
    expect(await apps.invoke("hello")).to.equal(1);
    await run(`deploy-zip ${file("hello.zip", nodeApp("2"))}`);
    expect(await apps.invoke("hello")).to.equal(2);
  });

  it("says why a zip is rejected, how to fix it, and what stays live", async () => {
    const printed = await run(`deploy-zip ${file("hello.zip", Buffer.from("no zip"))}`);
    expect(printed).to.match(/^hello was rejected \(notZip\): .+\.$/m);
    expect(printed).to.match(/^To fix it: .+\.$/m);
    expect(printed).to.contain("LIVE goes on with version 2.");
  });

  it("refuses a name that no function could have, a missing file, an unknown pipeline", async () => {
    const zip = file("Hello World.zip", nodeApp("1"));
    // The line is split at spaces: `Hello` is the value of the option.
    expect(await run(`deploy-zip ${file("a.zip", nodeApp("1"))} --name Hello`)).to.contain(
      "the name of the app is 'Hello'",
    );
    rmSync(zip);
    expect(await run("deploy-zip nowhere.zip")).to.contain("nowhere.zip cannot be read");
    expect(await run("apps --stack prod")).to.match(
      /^There is no ZipToLambdaPipeline 'apps'; there is: .*apps \(zips\/dev\)/,
    );
  });

  it("lists apps, rolls one back, and deletes it after a yes", async () => {
    expect(await run("apps")).to.match(/^\S+ \S+ {2}hello +rejected +LIVE 2 .*$/m);
    expect(await run("rollback-app hello")).to.contain("from version 2 back to 1");
    expect(await apps.invoke("hello")).to.equal(1);
    expect(await run("apps")).to.match(
      /^\S+ \S+ {2}hello +deployed +LIVE 1 +rolled back from version 2$/m,
    );
    expect(await run("rollback-app hello")).to.contain("no version older than 1; it had 2");
    expect(await run("rollback-app hello --to 7")).to.contain("LIVE of hello had no version 7");
    expect(await run("remove-app hello")).to.contain("give --yes");
    expect(await run("remove-app hello", false)).to.equal("Nothing was changed.");
    expect(await run("remove-app hello", true)).to.equal("zips-dev-apps-hello is deleted.");
    expect(await run("apps")).to.match(/^\S+ \S+ {2}hello +removed +removed manually$/m);
    expect(await run("remove-app hello --yes")).to.contain("There was no function");
  });
});
