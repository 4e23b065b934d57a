import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { homedir, tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { unzipSync } from "fflate";
import {
  EniLifecycleHook,
  SshCron,
  StagedApi,
  WebhookRedeployer,
  ZipToLambdaPipeline,
} from "../../components";
import { findRequires } from "../../components/function/packing/text/findRequires";
import { zipArchive } from "../../localcloud/provider/zip";
import { mockPulumi } from "../support/graph/pulumiMocks";

/**
 * Most bytes of the zip: the measured size plus a tenth. A larger handler may contain something that it does not need:
 * look at its `deps.js` before raising the figure.
 */
const MOST_BYTES: Record<string, number> = {
  greeting: 1_050,
  "greeting-gate": 89_000,
  "greeting-release": 124_300,
  "greeting-canary": 118_800,
  "redeploy-ack": 104_100,
  "redeploy-worker": 130_200,
  "redeploy-completion": 101_800,
  "hello-trigger": 260_000,
  "hello-worker": 284_000,
  "hello-reconciler": 113_500,
  "hello-key-maker": 115_000,
  data: 237_500,
  "apps-worker": 235_500,
};

/** ssh2 loads them in a `try` and works without them: they are compiled for one machine. */
const OPTIONAL = ["cpu-features", "./crypto/build/Release/sshcrypto.node"];
/** It searches for packages in users' zips. */
const SPEAKS_OF_PACKAGES = "apps-worker";

/** A value of the program that no bundle may contain. */
const TOKEN = "token-of-the-webhook-0123456789";
const CREDENTIAL = "secret-access-key-of-the-deployer";

const STARTS = 5;

interface Shipped {
  readonly files: Readonly<Record<string, string>>;
  /** Its deployed environment variables. */
  readonly variables: Readonly<Record<string, string>>;
  readonly zipBytes: number;
  /** Milliseconds to load it, the fastest of several starts. */
  initMs: number;
}

describe("the bundled handlers of the components", function () {
  this.timeout(120_000);
  const shipped: Record<string, Shipped> = {};
  const credential = process.env.AWS_SECRET_ACCESS_KEY;

  before(async () => {
    process.env.AWS_SECRET_ACCESS_KEY = CREDENTIAL;
    const mocks = mockPulumi();
    new StagedApi("greeting", {
      routes: [
        { method: "GET", path: "/greeting", callback: async () => ({ greeting: "Hello!" }) },
      ],
      permissions: [],
      alarmActions: [],
      gate: async () => true,
      apiGate: async () => true,
      canary: true,
    });
    new WebhookRedeployer("redeploy", {
      repositories: ["acme/web"],
      families: ["web-*"],
      passRoles: [],
      token: pulumi.secret(TOKEN),
      alarmActions: [],
    });
    new SshCron("hello", {
      schedule: "rate(15 minutes)",
      targets: { tag: "Role", value: "web" },
      user: "ec2-user",
      commands: ["uptime"],
      network: { vpcId: "vpc-1", subnetIds: ["subnet-1"] },
      alarmActions: [],
    });
    new EniLifecycleHook("data", {
      interfaces: [{ subnets: { "eu-central-1a": "subnet-a" }, securityGroups: ["sg-1"] }],
      alarmActions: [],
    });
    new ZipToLambdaPipeline("apps", { alarmActions: [] });
    await pulumi.runtime.disconnect();
    for (const { name, inputs } of mocks.ofType("aws:lambda/function:Function"))
      shipped[name] = {
        ...(await unpack(inputs.code as pulumi.asset.AssetArchive)),
        variables: variablesOf(inputs.environment),
      };
  });
  after(() => {
    if (credential === undefined) delete process.env.AWS_SECRET_ACCESS_KEY;
    else process.env.AWS_SECRET_ACCESS_KEY = credential;
    console.log(table(shipped));
  });

  it("are all of those with a limit here", () => {
    expect(Object.keys(shipped)).to.have.members(Object.keys(MOST_BYTES));
  });

  for (const [name, most] of Object.entries(MOST_BYTES))
    it(`${name} loads from its zip, is at most ${most} bytes, and contains nothing of this machine`, async () => {
      const { files, variables, zipBytes } = shipped[name];
      shipped[name].initMs = await loadingTime(files, variables);
      expect(zipBytes).to.be.at.most(most);
      for (const [file, text] of Object.entries(files)) {
        const required = findRequires(text).map(({ specifier }) => specifier);
        const foreign = required.filter((specifier) => !isAllowed(specifier, files));
        expect(foreign, file).to.deep.equal([]);
        const paths = name === SPEAKS_OF_PACKAGES ? [] : ["node_modules/"];
        for (const part of [process.cwd(), homedir(), ...paths, TOKEN, CREDENTIAL])
          expect(text, file).not.to.contain(part);
        expect(text, file).not.to.match(
          // Including the first bytes of a key: ssh2 contains the line before them.
          /\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----(\s|\\n)*[A-Za-z0-9+/]{20}/,
        );
      }
    });
});

/** Allows Node.js's own modules, the other files of the bundle, and optional packages. */
function isAllowed(specifier: string, files: Shipped["files"]): boolean {
  if (OPTIONAL.includes(specifier)) return true;
  if (specifier.startsWith("./")) return Object.hasOwn(files, specifier.slice(2));
  return builtinModules.includes(specifier.replace(/^node:/, ""));
}

/** Through the zip that the provider uploads. */
async function unpack(archive: pulumi.asset.AssetArchive): Promise<Omit<Shipped, "variables">> {
  const texts = Object.entries(await archive.assets).map(async ([name, asset]) => {
    const text = await (asset as pulumi.asset.StringAsset).text;
    const path = await (asset as pulumi.asset.FileAsset).path;
    return [name, { text, path }] as const;
  });
  const zip = zipArchive({ assets: Object.fromEntries(await Promise.all(texts)) }, ".");
  const files = Object.entries(unzipSync(zip)).map(([name, bytes]) => [
    name,
    Buffer.from(bytes).toString("utf8"),
  ]);
  return {
    files: Object.fromEntries(files) as Record<string, string>,
    zipBytes: zip.length,
    initMs: Number.NaN,
  };
}

/** A value that the mocks do not know is a string, like a name. */
function variablesOf(environment: unknown): Record<string, string> {
  const { variables = {} } = (environment ?? {}) as { variables?: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      typeof value === "string" ? value : "unknown",
    ]),
  );
}

const LOADER = `
const start = performance.now();
const { handler } = require("./index.js");
if (typeof handler !== "function") throw new Error("no handler");
require("fs").writeSync(1, String(performance.now() - start));
process.exit(0);
`;

/** Alone in a folder, with only what Lambda gives every function. */
async function loadingTime(
  files: Shipped["files"],
  variables: Shipped["variables"],
): Promise<number> {
  const cwd = mkdtempSync(path.join(tmpdir(), "shipped-"));
  const env = { AWS_REGION: "eu-central-1", LAMBDA_TASK_ROOT: cwd, ...variables };
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(cwd, name)), { recursive: true });
      writeFileSync(path.join(cwd, name), text);
    }
    const times = [];
    for (let start = 0; start < STARTS; start += 1) {
      const args = ["--no-warnings", "-e", LOADER];
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, env });
      times.push(Number(stdout));
    }
    return Math.min(...times);
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

function table(shipped: Readonly<Record<string, Shipped>>): string {
  const rows = Object.entries(MOST_BYTES).flatMap(([name, most]) => {
    if (!Object.hasOwn(shipped, name)) return [];
    const { files, zipBytes, initMs } = shipped[name];
    const bytes = Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    const figures = [bytes, zipBytes, most, initMs.toFixed(1)];
    return [name.padEnd(20), ...figures.map((figure) => String(figure).padStart(9))].join("");
  });
  const titles = ["bytes", "zip", "most", "init ms"].map((title) => title.padStart(9)).join("");
  return ["".padEnd(20) + titles, ...rows].map((row) => `      ${row}`).join("\n");
}
