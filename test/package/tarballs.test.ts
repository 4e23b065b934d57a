import { expect } from "chai";
import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";

const REPOSITORY = path.join(__dirname, "../..");
const WORKSPACES = ["aws-callbacks", "aws-callbacks-localcloud"];

/** Dependencies of a user's own package.json besides the two packages. */
const USED = [
  "@aws-sdk/client-lambda",
  "@aws-sdk/client-sqs",
  "@aws-sdk/client-ssm",
  "@pulumi/aws",
  "@pulumi/pulumi",
  "@types/node",
  "ts-node",
  "typescript",
];

describe("The two tarballs, installed in an empty folder", function () {
  this.timeout(300_000);
  let folder: string;
  let files: Record<string, string[]>;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "tarballs-"));
    files = await pack(folder);
    writeManifest(folder);
    await run(folder, "npm", "install", "--prefer-offline", "--no-audit", "--ignore-scripts");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const isPage = (file: string): boolean => /^docs\/[\w/-]+\.(md|svg|png)$/.test(file);

  it("contain the pages of the documentation that their own messages name", () => {
    for (const name of WORKSPACES) {
      const code = files[name].filter((file) => /^(dist|commands|bin)\/.*\.c?js$/.test(file));
      const texts = code.map((file) => readFileSync(path.join(folder, "node_modules", name, file)));
      const named = texts.flatMap(
        (text) => text.toString("utf8").match(/docs\/[\w/-]+\.md/g) ?? [],
      );
      expect(named, name).not.to.deep.equal([]);
      expect(files[name]).to.include.members(named);
    }
  });

  it("contain the code and its types, and no source, test or build script", () => {
    const common = /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|dist\/.*\.(js|d\.ts))$/;
    // Files that run in a separate process are not bundled.
    const own =
      /^(bin\/localcloud\.js|bin\/plugins\/pulumi-resource-aws|testing\.m?js|dist\/index\.js\.map|dist\/console\/[\w-]+\.(html|css)|[\w/-]+\.(cjs|py))$/;
    const [components, localcloud] = WORKSPACES.map((name) =>
      files[name].filter((file) => !common.test(file)),
    );
    expect(components.filter((file) => !isPage(file))).to.have.members([
      "commands/bin.js",
      "commands/console.json",
    ]);
    expect(components).to.include.members(pagesNamedBy("README.md"));
    expect(localcloud.filter((file) => file.startsWith("test/"))).to.deep.equal([]);
    expect(localcloud.filter((file) => !own.test(file) && !isPage(file))).to.deep.equal([]);
    expect(localcloud).to.include.members([
      "bin/localcloud.js",
      "services/lambda/runtime/python/bootstrap.py",
      "services/lambda/runtime/python/localcloud_runtime/channel.py",
      "testing.js",
      "testing.mjs",
    ]);
    expect(files["aws-callbacks"]).to.include("dist/components/index.js");
    expect(files["aws-callbacks-localcloud"]).to.include.members([
      "dist/index.js",
      "dist/console/index.html",
      "dist/console/app.js",
      "dist/console/app.css",
    ]);
  });

  it("provide a command line that runs from the folder", async () => {
    const help = await run(folder, "npx", "--no", "--", "localcloud", "--help");
    expect(help)
      .to.match(/^localcloud: /)
      .and.to.contain("localcloud up");
    const commands = await run(folder, "npx", "--no", "--", "aws-callbacks", "--help");
    expect(commands).to.match(/^aws-callbacks <command>/);
    expect(await run(folder, "npx", "--no", "--", "localcloud", "--version")).to.contain(
      version("localcloud"),
    );
  });

  it("create a project that runs and is tested, with the lines of the README word for word", async () => {
    const section = readFileSync(path.join(REPOSITORY, "README.md"), "utf8")
      .split(/^## /m)
      .find((text) => text.startsWith("Use it as a package"));
    const lines = [...(section ?? "").matchAll(/^(np[mx] .*?)(?: *#.*)?$/gm)].map(
      ([, line]) => line,
    );
    const [install, installForTests, init, test, start] = lines;
    // The packages are already installed; every package in the lines must be.
    for (const name of `${install} ${installForTests}`
      .replace(/npm install|--save-dev/g, "")
      .split(" "))
      expect([...WORKSPACES, ...USED, ""], name).to.include(name.replace(/(?<=.)@.*$/, ""));
    expect(await run(folder, "sh", "-c", init)).to.match(/created index\.ts\n[^]*npm start/);
    expect(readFileSync(path.join(folder, "Pulumi.yaml"), "utf8")).to.match(/^name: tarballs-/);
    expect(await run(folder, "sh", "-c", test)).to.match(/^# pass 1$/m);
    const { printed, answer } = await startAndTry(folder, start);
    expect(answer, printed).to.equal('{"greeting":"Hello, Ada!"}');
    expect(printed).to.match(/^ready: \d+ created in/m);
  });

  it("run the program and the tests of docs/testing.md, which type check", async () => {
    const [program, ...tests] = codeBlocks(path.join(REPOSITORY, "docs/testing.md"), "ts");
    const lines = codeBlocks(path.join(REPOSITORY, "docs/testing.md"), "sh").join("").split("\n");
    const [line = ""] = lines.filter((one) => one.endsWith(" tally.test.ts"));
    write(folder, { "index.ts": program, "tally.test.ts": tests.join("\n") });
    const [output] = await Promise.all([
      run(folder, "sh", "-c", line),
      run(folder, process.execPath, "node_modules/typescript/bin/tsc"),
    ]);
    expect(output)
      .to.match(/^# pass 5$/m)
      .and.to.match(/^# fail 0$/m);
    expect(output).to.match(/2 ssm:PutParameter( +held){9}$/m);
  });

  it("export the test kit's names to ES modules", async () => {
    const lines = [
      'import { sqsEvent, startProgram } from "aws-callbacks-localcloud/testing";',
      'import { createRequire } from "node:module";',
      "const required = createRequire(import.meta.url)('aws-callbacks-localcloud/testing');",
      "console.log(required.startProgram === startProgram, sqsEvent([{ body: 'a' }]).Records.length);",
    ];
    write(folder, { "kit.mjs": lines.join("\n") });
    expect(await run(folder, process.execPath, "kit.mjs")).to.equal("true 1\n");
  });

  // Then Pulumi parses callbacks with its own TypeScript, 3.8.3.
  it("deploy a WebhookRedeployer without typescript and ts-node", async () => {
    const program = path.join(folder, "plain");
    mkdirSync(program);
    write(program, {
      "Pulumi.yaml": "name: plain\nruntime: nodejs\n",
      "Pulumi.dev.yaml": "config:\n  aws:region: eu-central-1\n",
      "package.json": JSON.stringify({ name: "plain", main: "index.js" }),
      "index.js": [
        'const { WebhookRedeployer } = require("aws-callbacks");',
        'const options = { repositories: ["acme/web"], families: ["web-*"], passRoles: [] };',
        'exports.id = new WebhookRedeployer("redeploy", options).urn;',
      ].join("\n"),
    });
    const modules = path.join(folder, "node_modules");
    for (const name of ["typescript", "ts-node"])
      rmSync(path.join(modules, name), { recursive: true });
    const localcloud = path.join(modules, "aws-callbacks-localcloud/bin/localcloud.js");
    const output = await run(program, process.execPath, localcloud, "exec", "--", "node", "-v");
    expect(output).to.contain(process.version);
  });
});

/** Builds and packs both workspaces with the release script; returns the files in each tarball, sorted. */
async function pack(folder: string): Promise<Record<string, string[]>> {
  // Leftovers of an earlier build must not be packed.
  for (const built of ["dist", "localcloud/dist"])
    rmSync(path.join(REPOSITORY, built), { recursive: true, force: true });
  const args = ["run", "--silent", "pack", "--", "--json", "--pack-destination", folder];
  const output = await run(REPOSITORY, "npm", ...args);
  const packed = JSON.parse(output.slice(output.search(/^[[{]/m))) as PackedWorkspace[];
  return Object.fromEntries(
    packed.map(({ name, files }) => [name, files.map((file) => file.path).sort()]),
  );
}

interface PackedWorkspace {
  readonly name: string;
  readonly files: readonly { readonly path: string }[];
}

/** Uses the versions of the repository's lockfile, so that nothing else is installed. */
function writeManifest(folder: string): void {
  const { packages, lockfileVersion } = json("package-lock.json") as Lockfile;
  const locked = Object.entries(packages).filter(
    ([name, { link }]) => name.startsWith("node_modules/") && !link,
  );
  const dependencies = {
    ...Object.fromEntries(
      WORKSPACES.map((name) => [
        name,
        `file:${name}-${version(name === WORKSPACES[0] ? "." : "localcloud")}.tgz`,
      ]),
    ),
    ...Object.fromEntries(USED.map((name) => [name, packages[`node_modules/${name}`].version])),
  };
  // As after `npm install` in an empty folder.
  const root = { name: "tally", dependencies };
  write(folder, {
    "package.json": JSON.stringify(root),
    "package-lock.json": JSON.stringify({
      name: root.name,
      lockfileVersion,
      requires: true,
      packages: { "": root, ...Object.fromEntries(locked) },
    }),
  });
}

interface Lockfile {
  readonly lockfileVersion: number;
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly link?: boolean }>
  >;
}

/** Returns the pages of docs/ that a page links to. */
function pagesNamedBy(file: string): string[] {
  const text = readFileSync(path.join(REPOSITORY, file), "utf8");
  const pages = [...text.matchAll(/\]\((docs\/[^)#]+\.md)/g)].map(([, page]) => page);
  if (pages.length === 0) throw new Error(`${file} links to no page of docs/.`);
  return pages;
}

function version(workspace: string): string {
  return (json(path.join(workspace, "package.json")) as { version: string }).version;
}

function json(file: string): unknown {
  return JSON.parse(readFileSync(path.join(REPOSITORY, file), "utf8"));
}

function write(folder: string, texts: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(texts)) writeFileSync(path.join(folder, name), text);
}

/** Returns the code blocks of one language, in order. */
function codeBlocks(file: string, language: string): string[] {
  const blocks = readFileSync(file, "utf8").matchAll(/^```(\w+)\n(.*?)^```$/gms);
  return [...blocks].filter(([, found]) => found === language).map(([, , text]) => text);
}

/** Runs a command that does not end by itself, runs the last line that it prints to try, and ends it with Ctrl-C. */
async function startAndTry(
  cwd: string,
  line: string,
): Promise<{ printed: string; answer: string }> {
  const env = { ...plainEnvironment(), LOCALCLOUD_PORT: "0" };
  const child = spawn("sh", ["-c", line], { cwd, env, detached: true });
  let printed = "";
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      if (printed.includes("Ctrl-C ends it")) resolve();
    });
    child.once("close", () => reject(new Error(printed)));
  });
  try {
    await ready;
    const pasted = [...printed.matchAll(/^ {2}(curl .*)$/gm)].map(([, text]) => text).at(-1) ?? "";
    return { printed, answer: await run(cwd, "sh", "-c", pasted) };
  } finally {
    const closed = new Promise((resolve) => child.once("close", resolve));
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGINT");
    await closed;
  }
}

/** Returns the output of a command; rejects with all of it when the command fails. */
async function run(cwd: string, command: string, ...args: string[]): Promise<string> {
  const options = { cwd, env: plainEnvironment(), maxBuffer: 64 * 1024 * 1024 };
  try {
    return (await promisify(execFile)(command, args, options)).stdout;
  } catch (error) {
    const { message, stdout, stderr } = error as Error & { stdout: string; stderr: string };
    throw new Error(`${message}\n${stdout}\n${stderr}`);
  }
}

/** npm and mocha set variables about this run that a new shell does not have. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|TS_NODE_)/i.test(name)),
  );
}
