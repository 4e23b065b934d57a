import { spawnSync } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { builderOf } from "../../../../../callbacks/delivery/zipToLambdaPipeline/build/builder";
import { shownOutput } from "../../../../../callbacks/delivery/zipToLambdaPipeline/build/buildOutput";
import { limitsOf } from "../../../../../callbacks/delivery/zipToLambdaPipeline/build/limits";
import { packFolder } from "../../../../../callbacks/delivery/zipToLambdaPipeline/build/packFolder";
import { targetOf } from "../../../../../callbacks/delivery/zipToLambdaPipeline/build/proxy";
import {
  connectPublic,
  isPublic,
} from "../../../../../callbacks/delivery/zipToLambdaPipeline/build/publicNetwork";
import { problemOf } from "../../../../../callbacks/delivery/zipToLambdaPipeline/deploy/problem";
import { inspectZip } from "../../../../../callbacks/delivery/zipToLambdaPipeline/inspect/inspectZip";
import { readManifest } from "../../../../../callbacks/delivery/zipToLambdaPipeline/inspect/manifest";
import { bytesSource } from "../../../../../callbacks/delivery/zipToLambdaPipeline/inspect/sources";
import { zipOf } from "../../../../support/zips/zipApp";
import { LIMITS } from "./sandboxRuns";

describe("the network of a build", () => {
  it("reaches public addresses, and none that stands for a private one", () => {
    const all = ["1.1.1.1", "52.216.0.1", "2600:1f18::1", "2a04:4e42::223"];
    const none = [
      "169.254.169.254",
      "fd00:ec2::254",
      "::ffff:169.254.169.254",
      "64:ff9b::a9fe:a9fe",
      "2002:a9fe:a9fe::1",
      "2001:0:a9fe:a9fe::1",
      "127.0.0.1",
      "::1",
      "::",
      "0.0.0.0",
      "10.1.2.3",
      "172.31.0.2",
      "192.168.1.1",
      "100.64.0.1",
      "224.0.0.1",
      "255.255.255.255",
      "fe80::1",
      "fe80::1%eth0",
      "localhost",
      "",
    ];
    expect(all.filter((address) => !isPublic(address))).to.deep.equal([]);
    expect(none.filter((address) => isPublic(address))).to.deep.equal([]);
  });

  it("resolves a name only once, so that its address cannot change after the check", async () => {
    const ask = async () => [{ address: "169.254.169.254" }, { address: "fd00:ec2::254" }];
    const refused = await connectPublic("packages.example", 443, ask).catch(String);
    expect(refused).to.equal(
      "Error: a build reaches public addresses alone, and packages.example has none",
    );
    const other = await connectPublic("packages.example", 80, ask).catch(String);
    expect(other).to.equal("Error: a build reaches port 443 alone, not 80");
  });

  it("parses the target that a tool sends to the proxy", () => {
    expect(targetOf("registry.npmjs.org:443")).to.deep.equal({
      host: "registry.npmjs.org",
      port: 443,
    });
    expect(targetOf("[2600::1]:443")).to.deep.equal({ host: "2600::1", port: 443 });
    expect(targetOf("nonsense")).to.deep.equal({ host: "", port: 0 });
  });
});

describe("the output of a build", () => {
  it("is shown without sequences that move the cursor, name a window or reverse text", () => {
    const printed =
      "\u001b[1;31mred\u001b[0m \u001b]0;title\u0007\u001b]8;;http://x\u001b\\link\u001b(B\r\n10 %\r90 %\r\nab\u0008\u0000\u009b\u202ec\td\ufffd\n";
    expect(shownOutput(printed)).to.equal("red link\n90 %\nabc\td");
  });

  it("is cut to its last lines", () => {
    const lines = Array.from({ length: 10_000 }, (_value, index) => `line ${index}`);
    const shown = shownOutput(lines.join("\n"));
    expect(shown).to.have.length.at.most(4003);
    expect(shown).to.match(/^\.\.\.line \d+\n[^]*\nline 9999$/);
  });
});

describe("the limits of a build", () => {
  it("are a share of the instance's memory, so that the worker keeps enough", () => {
    const { memoryBytes, diskBytes, seconds } = limitsOf(300, 2 * 2 ** 30);
    expect(memoryBytes + diskBytes).to.be.below(0.85 * 2 * 2 ** 30);
    expect(diskBytes).to.be.above(2 * 250 * 2 ** 20);
    expect(seconds).to.equal(300);
  });

  it("allow no build where the worker is not root on Linux", async () => {
    const connect = () => Promise.reject(new Error("nobody connects"));
    for (const worker of [
      { platform: "linux", user: 1000 },
      { platform: "darwin", user: 0 },
    ] as const) {
      const builder = builderOf({ limits: LIMITS, connect, worker });
      const refused = await builder
        .build(bytesSource(Buffer.alloc(0)), ["true"], "none")
        .catch((error: unknown) => problemOf(error));
      expect(refused).to.deep.include({ code: "buildNotIsolated" });
    }
  });
});

describe("the zip of a build's result", () => {
  const folder = mkdtempSync(join(tmpdir(), "pack-folder-"));
  after(() => rmSync(folder, { recursive: true }));

  const pack = async (name: string): Promise<Buffer> => {
    const file = openSync(join(folder, name), "wx+");
    await packFolder(join(folder, "app"), file);
    closeSync(file);
    return readFileSync(join(folder, name));
  };

  it("is accepted, readable by other programs, and the same each time", async () => {
    mkdirSync(join(folder, "app/lib/ä"), { recursive: true });
    writeFileSync(join(folder, "app/index.js"), "exports.handler = async () => 1;\n", {
      mode: 0o600,
    });
    writeFileSync(join(folder, "app/lib/ä/empty.txt"), "");
    writeFileSync(join(folder, "app/lib/large.bin"), Buffer.alloc(1_000_000, "0123456789"));
    const zip = await pack("one.zip");
    expect(await pack("two.zip")).to.deep.equal(zip);
    const verdict = await inspectZip(bytesSource(zip), { isBuilt: true });
    expect(verdict).to.deep.include({ accepted: true, handler: "index.handler", entries: 3 });
    const names =
      "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), sorted(z.namelist()))";
    const { stdout, error } = spawnSync("python3", ["-c", names, join(folder, "one.zip")]);
    if (!error)
      expect(String(stdout)).to.equal("None ['index.js', 'lib/large.bin', 'lib/ä/empty.txt']\n");
  });
});

describe("the build in a manifest", () => {
  it("is a list of commands, and everything else is refused with what is allowed", () => {
    expect(readManifest('{ "build": ["npm ci"] }')).to.deep.equal({ build: ["npm ci"] });
    for (const build of [
      "npm ci",
      [],
      [""],
      [1],
      ["x".repeat(1001)],
      Array(11).fill("true"),
      ["a\0b"],
    ])
      expect(
        () => readManifest(JSON.stringify({ build })),
        JSON.stringify(build).slice(0, 40),
      ).to.throw(/'build' is .* allowed is a list of 1 to 10 commands of at most 1000 characters/);
    expect(() => readManifest('{ "install": ["npm ci"] }')).to.throw("did you mean 'build'?");
  });

  it("runs only after the inspection: an unsound archive is rejected first", async () => {
    const files = {
      "lambda.json": '{ "build": ["tsc"] }',
      "index.ts": "export const handler = 1;",
    };
    const verdict = await inspectZip(bytesSource(zipOf(files)));
    expect(verdict).to.deep.include({ accepted: true, commands: ["tsc"], entries: 2 });
    expect(verdict).not.to.have.property("handler");
    const built = await inspectZip(bytesSource(zipOf(files)), { isBuilt: true });
    expect(built).to.deep.include({ accepted: false, code: "notCompiled" });
    const folded = { "app/lambda.json": '{ "build": ["tsc"] }', "app/index.js": "" };
    expect(await inspectZip(bytesSource(zipOf(folded)))).to.deep.include({ code: "insideFolder" });
  });
});
