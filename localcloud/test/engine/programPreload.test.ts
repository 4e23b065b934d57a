import { expect } from "chai";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import * as nodeModule from "node:module";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";

const REPOSITORY = path.join(__dirname, "../../..");
const ENGINE = path.join(REPOSITORY, "localcloud/engine");

describe("what a program's process is spared", () => {
  it("does not map the stacks that Pulumi records, but maps those of errors", async () => {
    const stacks = await stacksOf({});
    expect(stacks).to.deep.equal({ note: "Error", error: "mapped", own: "mapped" });
  });

  it("maps them too for a search of leaked promises", async () => {
    const stacks = await stacksOf({ PULUMI_DEBUG_PROMISE_LEAKS: "1" });
    expect(stacks).to.deep.equal({ note: "mapped", error: "mapped", own: "mapped" });
  });

  it("lets a library read the frames temporarily, and maps again afterwards", async () => {
    const stacks = await stacksOf({}, TAKE_FRAMES);
    expect(stacks).to.deep.equal({ note: "Error", error: "mapped", own: "mapped" });
  });

  it("loads npm's tree of packages only for a zip of Pulumi's own CallbackFunction", async () => {
    const { before, files, after } = await run(`
      require("${ENGINE}/process/lazyModules.cjs").loadLazily();
      const { runtime } = require("@pulumi/pulumi");
      const isLoaded = () => Object.keys(require.cache).some((file) => /arborist.lib/.test(file));
      const before = isLoaded();
      runtime.computeCodePaths().then((files) =>
        console.log(JSON.stringify({ before, files: [...files.keys()], after: isLoaded() })));
    `);
    expect({ before, after }).to.deep.equal({ before: false, after: true });
    expect(files).to.include("node_modules/njwt");
  });

  it("loads Node's interactive mode, which slows down every event, only when ts-node starts it", async () => {
    const { before, after } = await run(`
      require("${ENGINE}/process/lazyModules.cjs").loadLazily();
      const { createRepl } = require("ts-node");
      const isLoaded = () => process.moduleLoadList.includes("NativeModule domain");
      const before = isLoaded();
      const { start } = require("node:repl");
      console.log(JSON.stringify({ before, after: isLoaded() && typeof start === "function" }));
    `);
    expect({ before, after }).to.deep.equal({ before: false, after: true });
  });

  for (const [name, script] of [
    ["a program of the local cloud", `require("${ENGINE}/process/programPreload.cjs");`],
    ["tests", `require("${REPOSITORY}/localcloud/test/support/setup.js");`],
    [
      "a program of the Pulumi CLI",
      `process.argv[1] = require.resolve("@pulumi/pulumi/cmd/run");
      require("${REPOSITORY}/localcloud/test/support/cliPreload.cjs");`,
    ],
  ])
    it(`does not load Node's interactive mode before the files of ${name}`, async () => {
      const { loaded, isTsNodeLoaded } = await run(`
        ${script}
        const loaded = process.moduleLoadList.filter((name) => / (domain|repl)$/.test(name));
        const isTsNodeLoaded = Object.keys(require.cache).some((file) => /ts-node.dist/.test(file));
        console.log(JSON.stringify({ loaded, isTsNodeLoaded }));
      `);
      expect({ loaded, isTsNodeLoaded }).to.deep.equal({ loaded: [], isTsNodeLoaded: true });
    });

  it("enables V8's debugger only for Pulumi's own serialization, which then knows the loaded files", async () => {
    const { before, after, file } = await run(`
      const { Session } = require("node:inspector");
      const { post } = Session.prototype;
      let enabled = 0;
      Session.prototype.post = function (method, ...rest) {
        if (method === "Debugger.enable") enabled += 1;
        return post.call(this, method, ...rest);
      };
      const sdk = (name) => require(name.replace("../..", "@pulumi/pulumi"));
      require("${ENGINE}/process/debuggerOnDemand.cjs").enableDebuggerOnDemand(sdk);
      const { create } = require("njwt");
      const { isInitializedAsync } = sdk("../../runtime/closure/v8Hooks");
      isInitializedAsync().then(async () => {
        const before = enabled;
        const { file } = await sdk("../../runtime/closure/v8").getFunctionLocationAsync(create);
        console.log(JSON.stringify({ before, after: enabled, file }));
      });
    `);
    expect({ before, after }).to.deep.equal({ before: 0, after: 1 });
    expect(file).to.match(/^file:.*\/node_modules\/njwt\/index\.js$/);
  });

  it("caches V8's compiled code of its modules, if Node.js supports it, below the installed packages", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "compiled-"));
    const compiled = path.join(folder, "node_modules/.cache/aws-callbacks-localcloud/compiled");
    const cache = `
      require("${ENGINE}/process/compileCache.cjs").cacheCompilation(${JSON.stringify(folder)});
      console.log("{}");
    `;
    await run(cache);
    expect(readdirSync(folder)).to.deep.equal([]);
    mkdirSync(path.join(folder, "node_modules"));
    await run(cache);
    expect(existsSync(compiled)).to.equal("enableCompileCache" in nodeModule);
    rmSync(folder, { recursive: true });
  });
});

const TAKE_FRAMES = `
  for (let i = 0; i < 3; i += 1) {
    const { prepareStackTrace } = Error;
    Error.prepareStackTrace = (error, frames) => frames;
    if (!Array.isArray(new Error("frames").stack)) throw new Error("no frames");
    Error.prepareStackTrace = prepareStackTrace;
  }`;

/** Returns stacks created by Pulumi's code and by a program's, with source maps as ts-node installs them. */
function stacksOf(environment: NodeJS.ProcessEnv, meanwhile = ""): Promise<unknown> {
  const made = (file: string, text: string) =>
    `vm.runInThisContext(${JSON.stringify(text)}, { filename: ${JSON.stringify(file)} })`;
  const pulumi = "/program/node_modules/@pulumi/pulumi/runtime/debuggable.js";
  return run(
    `const vm = require("node:vm");
    require("${ENGINE}/process/unmappedStacks.cjs").leaveUnmapped();
    Error.prepareStackTrace = () => "mapped";
    ${meanwhile}
    console.log(JSON.stringify({
      note: ${made(pulumi, "new Error().stack")},
      error: ${made(pulumi, 'new Error("wrong").stack')},
      own: ${made("/program/index.ts", "new Error().stack")},
    }));`,
    environment,
  );
}

async function run(
  script: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<Record<string, unknown>> {
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], {
    cwd: REPOSITORY,
    env: { ...process.env, ...environment },
  });
  return JSON.parse(stdout) as Record<string, unknown>;
}
