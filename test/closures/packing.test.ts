import * as pulumi from "@pulumi/pulumi";
import { ECSClient, paginateListServices, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import * as sdk from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import type * as os from "node:os";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as ssh2 from "ssh2";
import { packCallback, type PackedCallback } from "../../components/function/packing/packCallback";
import { mockPulumi } from "../support/graph/pulumiMocks";
import { invokeDeployed } from "../support/closures/deployed";

/* eslint-disable @typescript-eslint/no-require-imports -- what a callback may contain */

type Code = () => Promise<unknown>;

/** The handler of the size figures: it pages through services and updates each. */
const updateServices = () => {
  const ecs = new ECSClient({});
  return async (event: { cluster: string }): Promise<number> => {
    let updated = 0;
    for await (const page of paginateListServices({ client: ecs }, { cluster: event.cluster })) {
      for (const service of page.serviceArns ?? []) {
        await ecs.send(new UpdateServiceCommand({ cluster: event.cluster, service }));
        updated += 1;
      }
    }
    return updated;
  };
};

async function refusalOf(callback: unknown, directory?: string): Promise<string> {
  const result = await packCallback(callback as Code, { directory }).catch((e: unknown) => e);
  if (!pulumi.ResourceError.isInstance(result)) throw new Error("was not refused");
  return result.message;
}

const bytesOf = ({ files }: PackedCallback): number =>
  Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);

describe("packing", () => {
  before(() => mockPulumi());

  describe("an SDK handler", () => {
    it("includes only the used part of the SDK", async () => {
      const packed = await packCallback(updateServices, { isFactory: true });
      expect(Object.keys(packed.files)).to.have.members(["index.js", "deps.js"]);
      expect(bytesOf(packed)).to.be.within(100_000, 195_000);
      expect(packed.files["index.js"]).to.match(/require\("\.\/deps\.js"\)\.m0;/);
    });

    it("gives the same bytes from another folder, and a second time", async () => {
      const here = await packCallback(updateServices, { isFactory: true });
      const again = await packCallback(updateServices, { isFactory: true });
      const there = await packCallback(updateServices, { isFactory: true, directory: "/" });
      expect(again).to.deep.equal(here);
      expect(there).to.deep.equal(here);
    });

    it("reads credentials from the environment only, except on an instance", async () => {
      const lambda = await packCallback(updateServices, { isFactory: true });
      const instance = await packCallback(updateServices, { isFactory: true, runsIn: "instance" });
      expect(lambda.files["deps.js"]).not.to.contain("fromSSO").and.not.contain("fromIni");
      expect(instance.files["deps.js"]).to.contain("fromSSO").and.contain("fromIni");
      const [{ error }] = await invokeDeployed(lambda.files, [{ cluster: "c" }]);
      expect(error?.message).to.equal("Unable to find environment variable credentials.");
    });

    it("contains no folder of this machine", async () => {
      const { files } = await packCallback(updateServices, { isFactory: true });
      for (const text of Object.values(files)) {
        expect(text).not.to.contain(process.cwd()).and.not.contain("node_modules/");
      }
    });

    it("includes everything when the module itself is passed on", async () => {
      const packed = await packCallback(async () => Object.keys(sdk).length);
      const [{ result }] = await invokeDeployed(packed.files);
      // The CommonJS build adds nothing to the names of the ES module build.
      expect(result).to.equal(Object.keys(sdk).length);
    });

    it("also tree-shakes import() inside the callback", async () => {
      const packed = await packCallback(async () => {
        const { ECSClient: Client } = await import("@aws-sdk/client-ecs");
        return typeof new Client({ region: "eu-central-1" }).send;
      });
      expect(bytesOf(packed)).to.be.lessThan(195_000);
      expect(await invokeDeployed(packed.files)).to.deep.equal([{ result: "function" }]);
    });
  });

  it("loads in an empty folder and reaches its handler", async () => {
    const packed = await packCallback(updateServices, { isFactory: true });
    const environment = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };
    const refusing = { ...environment, AWS_ENDPOINT_URL: "http://127.0.0.1:1" };
    const [{ error }] = await invokeDeployed(packed.files, [{ cluster: "c" }], refusing);
    expect(error?.message).to.contain("ECONNREFUSED");
  });

  it("leaves ssh2's optional machine code out, built or not", async () => {
    const packed = await packCallback(async () => typeof new ssh2.Client().connect);
    expect(await invokeDeployed(packed.files)).to.deep.equal([{ result: "function" }]);
    expect(packed.files["deps.js"]).to.contain("cpu-features").and.contain("sshcrypto.node");
  });

  it("keeps Node.js modules as imports", async () => {
    const { files } = await packCallback(async () => {
      const { join } = await import("node:path");
      return join("a", typeof (require("os") as typeof os).arch());
    });
    expect(Object.keys(files)).to.deep.equal(["index.js"]);
    expect(await invokeDeployed(files)).to.deep.equal([{ result: "a/string" }]);
  });

  it("changes the hash exactly when the code changes", async () => {
    const one = await packCallback(async () => 1);
    const same = await packCallback(async () => 1);
    const two = await packCallback(async () => 2);
    expect(same.hash)
      .to.equal(one.hash)
      .and.match(/^[A-Za-z0-9+/]{43}=$/);
    expect(two.hash).not.to.equal(one.hash);
  });

  it("refuses a program file that is loaded inside the callback", async () => {
    const message = await refusalOf(async () => require("./fixtures/helpers"));
    expect(message).to.contain('calls require("./fixtures/helpers")').and.contain("at the top");
  });

  it("refuses a package that is not installed, by name", async () => {
    const message = await refusalOf(async () => require("no-such-package"));
    expect(message).to.contain("requires 'no-such-package', which is not installed");
  });

  it("refuses a package that cannot run in Lambda", async () => {
    const ofPulumi = await refusalOf(async () => require("@pulumi/pulumi"));
    expect(ofPulumi).to.contain("@pulumi/pulumi, a deployment library");
    const native = await refusalOf(async () => require("esbuild"));
    expect(native).to.contain("needs package esbuild, which contains native code");
  });

  it("accepts that a package in a try is missing", async () => {
    const { files } = await packCallback(async () => {
      try {
        return require("no-such-package") as unknown;
      } catch {
        return "without";
      }
    });
    expect(await invokeDeployed(files)).to.deep.equal([{ result: "without" }]);
  });
});

describe("packing from installed packages", () => {
  let directory: string;
  let load: NodeJS.Require;

  before(() => {
    mockPulumi();
    directory = realpathSync(mkdtempSync(path.join(tmpdir(), "program-")));
    load = createRequire(path.join(directory, "index.js"));
    writeFileSync(path.join(directory, "index.js"), "");
  });
  after(() => rmSync(directory, { recursive: true }));

  /** Writes node_modules/<name> with these files. */
  function install(name: string, files: Record<string, string>, manifest: object = {}): void {
    const folder = path.join(directory, "node_modules", name);
    const all = {
      "package.json": JSON.stringify({ name, version: "1.0.0", ...manifest }),
      ...files,
    };
    for (const [file, text] of Object.entries(all)) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
  }

  /** Returns a module as TypeScript compiles `import { used } from "lib"; export const handler = ...`. */
  const libraryUser = (flag: string): string => `
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    ${flag}
    const lib_1 = require("lib");
    exports.handler = async () => lib_1.used();`;

  const LIBRARY = {
    "index.js": `exports.used = () => "used"; exports.unused = () => "unused-${"x".repeat(999)}";`,
    "index.mjs": `export const used = () => "used"; export const unused = () => "unused-xxx";`,
  };

  interface HandlerModule {
    handler: Code;
  }

  /** Bundles `(event) => module.handler(event)` from the program's folder, like a component's wrapper. */
  async function packWrapper(name: string): Promise<PackedCallback> {
    const handlers_1 = load(name) as HandlerModule;
    const cwd = process.cwd();
    process.chdir(directory);
    try {
      return await packCallback(async () => handlers_1.handler(), { directory });
    } finally {
      process.chdir(cwd);
    }
  }

  it("serializes a flagged module by value, and tree-shakes its imports", async () => {
    install("lib", LIBRARY, { main: "index.js", module: "index.mjs" });
    const flag = "exports.deploymentOnlyModule = true;";
    install("flagged", { "index.js": libraryUser(flag) });
    const { files } = await packWrapper("flagged");
    expect(files["index.js"]).to.contain("lib_1.used()");
    expect(files["deps.js"]).not.to.contain("unused");
    expect(await invokeDeployed(files)).to.deep.equal([{ result: "used" }]);
  });

  it("bundles a module without the flag as a package", async () => {
    install("lib", LIBRARY, { main: "index.js", module: "index.mjs" });
    install("unflagged", { "index.js": libraryUser("") });
    const { files } = await packWrapper("unflagged");
    expect(files["index.js"]).to.contain('require("./deps.js").m0');
    expect(files["deps.js"]).to.contain("unused");
    expect(await invokeDeployed(files)).to.deep.equal([{ result: "used" }]);
  });

  it("refuses a package with machine code, by name", async () => {
    const code = `exports.handler = require("./build/Release/addon.node");`;
    install("addon", { "index.js": code, "build/Release/addon.node": "" });
    const callback = async (): Promise<unknown> => require("addon") as unknown;
    const message = await refusalOf(callback, directory);
    expect(message).to.contain("needs package addon, which contains native code (.node)");
  });

  it("refuses a package that lacks one of its dependencies", async () => {
    install("hollow", { "index.js": `exports.x = require("absent");` });
    const message = await refusalOf(async () => require("hollow") as unknown, directory);
    expect(message).to.contain(
      "needs 'absent', required by package hollow, which is not installed",
    );
  });

  it("keeps a module that is a function callable", async () => {
    install("greet", { "index.js": "module.exports = (name) => `hello ${name}`;" });
    const callback = async (): Promise<string> =>
      (require("greet") as (n: string) => string)("you");
    const { files } = await packCallback(callback, { directory });
    expect(await invokeDeployed(files)).to.deep.equal([{ result: "hello you" }]);
  });

  it("keeps `this` in a module that is an object with state", async () => {
    const code =
      "class Store { n = 41; next() { return ++this.n; } } module.exports = new Store();";
    install("store", { "index.js": code });
    const callback = async (): Promise<number> => (require("store") as { next(): number }).next();
    const { files } = await packCallback(callback, { directory });
    expect(await invokeDeployed(files)).to.deep.equal([{ result: 42 }]);
  });

  it("loads a package when the callback loads it, not at cold start", async () => {
    install("late", { "index.js": "throw new Error('loaded');" });
    const callback = async (): Promise<unknown> => {
      try {
        return require("late") as unknown;
      } catch (error) {
        return (error as Error).message;
      }
    };
    const { files } = await packCallback(callback, { directory });
    expect(await invokeDeployed(files)).to.deep.equal([{ result: "loaded" }]);
  });

  it("resolves the requires of a CommonJS package to CommonJS builds", async () => {
    const both = {
      "index.js": "module.exports = () => 1;",
      "index.mjs": "export default () => 2;",
    };
    install("dual-field", both, { main: "index.js", module: "index.mjs" });
    install("dual-map", both, { exports: { import: "./index.mjs", require: "./index.js" } });
    const code = `exports.sum = () => require("dual-field")() + require("dual-map")();`;
    install("old", { "index.js": code });
    const callback = async (): Promise<number> => (require("old") as { sum(): number }).sum();
    const { files } = await packCallback(callback, { directory });
    expect(await invokeDeployed(files)).to.deep.equal([{ result: 2 }]);
  });

  it("follows a package's exports map to its ES module", async () => {
    const exports = { ".": { import: "./index.mjs", require: "./index.js" } };
    install("mapped", LIBRARY, { exports });
    const callback = async (): Promise<unknown> => {
      const { used } = require("mapped") as { used: () => string };
      return used();
    };
    const { files } = await packCallback(callback, { directory });
    expect(files["deps.js"]).not.to.contain("unused");
    expect(await invokeDeployed(files)).to.deep.equal([{ result: "used" }]);
  });

  it("gives the same bytes for a program in another folder", async () => {
    const callback = async (): Promise<unknown> => {
      const lib = require("lib") as { used: () => string };
      return lib.used();
    };
    install("lib", LIBRARY, { main: "index.js", module: "index.mjs" });
    const here = await packCallback(callback, { directory });
    const nested = path.join(directory, "deeply", "nested");
    mkdirSync(nested, { recursive: true });
    expect((await packCallback(callback, { directory: nested })).files).to.deep.equal(here.files);
  });
});
