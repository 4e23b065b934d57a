import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import * as fc from "fast-check";
import { nextTag, parseImage } from "../../cli/tryLines/examplePush";
import { followLogs } from "../../cli/output/followLogs";
import { LiveOutput } from "../../cli/output/liveOutput";
import { describeOutputs } from "../../cli/up/outputs";
import { styleFor } from "../../cli/output/style";
import { Session } from "../../engine/session";

const run = promisify(execFile);

describe("What is printed of a webhook", () => {
  let session: Session;
  let printed = "";
  let written = "";

  before(async () => {
    session = await Session.start({
      directory: path.join(__dirname, "programs/webhooks"),
      clock: "manual",
    });
    const sink = { isTTY: false, write: (text: string) => (written += text) };
    // LiveOutput and styleFor use no other members of a stream.
    const stream = sink as unknown as NodeJS.WriteStream;
    followLogs(session.cloud, new LiveOutput(stream), styleFor(stream));
    printed = await describeOutputs(session, await session.deploy(), styleFor(stream));
  });
  after(() => session.close());

  const curl = (name: string): string => new RegExp(`curl .*/${name}/.*`).exec(printed)?.[0] ?? "";

  it("is a line to paste with the generated secret, and the push of the next tag", async () => {
    const line = curl("generated");
    expect(line).to.match(/\/v1\/_user_request_\/generated\/made-here -H/);
    const [, body = ""] = / -d '(.*)'$/.exec(line) ?? [];
    expect(JSON.parse(body)).to.deep.equal({
      push_data: { tag: "2.10", pushed_at: Math.floor(session.cloud.clock.now() / 1000) },
      repository: { repo_name: "acme/api" },
    });
    const status = "--silent --output /dev/null --write-out '%{http_code}'";
    expect((await run("sh", ["-c", `${line} ${status}`])).stdout).to.equal("200");
  });

  it("is an example if the secret was configured", () => {
    expect(curl("configured")).to.match(/\/configured\/a-token$/);
    expect(printed).to.not.include("from-the-configuration");
  });

  it("hides the URLs of both among the outputs", () => {
    for (const name of ["generated", "configured"])
      expect(printed).to.match(new RegExp(`^ +${name}WebhookUrl +\\[secret\\]$`, "m"));
    expect(printed.split("made-here")).to.have.length(2);
  });

  it("continues in the log with ECS's messages about the service", async () => {
    await session.cloud.clock.advance(60_000);
    expect(written).to.match(
      /^[\d:.]{12} ecs cluster-\w+ \(service service-\w+\) has started 1 tasks: \(task \w+\)\.$/m,
    );
    expect(written).to.match(/\(deployment ecs-svc\/\d+\) deployment completed\.$/m);
    expect(written).to.match(/ has reached a steady state\.\n$/);
  });
});

describe("The image of an example push", () => {
  it("is read as repository and tag", () => {
    const cases: [image: string, repository: string, tag: string][] = [
      ["acme/web:1.0", "acme/web", "1.0"],
      ["acme/web", "acme/web", "latest"],
      ["docker.io/acme/web:v2", "acme/web", "v2"],
      ["localhost:5000/acme/web", "localhost:5000/acme/web", "latest"],
      ["localhost:5000/acme/web:3", "localhost:5000/acme/web", "3"],
      [`acme/web:1.0@sha256:${"0".repeat(64)}`, "acme/web", "1.0"],
      [`acme/web@sha256:${"0".repeat(64)}`, "acme/web", "latest"],
    ];
    for (const [image, repository, tag] of cases)
      expect(parseImage(image), image).to.deep.equal({ repository, tag });
  });

  it("is followed by a higher version", () => {
    expect(["1.0", "1.9", "v2", "latest", "1.0-rc9"].map(nextTag)).to.deep.equal([
      "1.1",
      "1.10",
      "v3",
      "1.0",
      "1.0-rc10",
    ]);
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (major, minor) => {
        expect(nextTag(`${major}.${minor}`)).to.equal(`${major}.${minor + 1}`);
      }),
    );
  });
});
