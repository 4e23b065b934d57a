import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { init } from "../../cli/init/init";
import { loadProject } from "../../engine/project/project";

describe("localcloud init", () => {
  let folder: string;
  let printed: string[];
  const { stdout, stderr } = process;
  const [out, err] = [stdout.write, stderr.write];
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "my shop"));
    printed = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Returns the exit code and keeps the output. */
  function run(name?: string, directory = folder): number {
    const keep = (text: string): boolean => printed.push(text) > 0;
    Object.assign(stdout, { write: keep });
    Object.assign(stderr, { write: keep });
    try {
      return init({ command: "init", directory, name });
    } finally {
      Object.assign(stdout, { write: out });
      Object.assign(stderr, { write: err });
    }
  }
  const manifest = (): Record<string, unknown> =>
    JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as Record<string, unknown>;

  it("creates a project that the local cloud and Pulumi accept, named after its folder", () => {
    expect(run()).to.equal(0);
    expect(loadProject(folder, "dev", undefined)).to.deep.include({
      name: path.basename(folder).replace(" ", "-"),
      config: { "aws:region": "us-east-1" },
    });
    expect(readdirSync(folder).sort()).to.deep.equal([
      ...[".gitignore", ".vscode", "Pulumi.dev.yaml", "Pulumi.yaml", "events"],
      ...["hello.test.ts", "index.ts", "package.json", "tsconfig.json"],
    ]);
    expect(manifest()).to.deep.include({ private: true, main: "index.ts" });
    expect(printed.join("")).to.match(/npm install aws-callbacks @pulumi\/pulumi/);
    expect(JSON.parse(readFileSync(path.join(folder, ".vscode/launch.json"), "utf8"))).to.be.an(
      "object",
    );
  });

  it("overwrites no existing file, and adds only missing entries to package.json", () => {
    writeFileSync(path.join(folder, "index.ts"), "mine");
    const scripts = { test: 'echo "Error: no test specified" && exit 1', start: "mine" };
    const own = { name: "mine", version: "1.0.0", main: "index.js", scripts };
    writeFileSync(path.join(folder, "package.json"), JSON.stringify(own));
    expect(run("shop")).to.equal(0);
    expect(readFileSync(path.join(folder, "index.ts"), "utf8")).to.equal("mine");
    expect(printed.join("")).to.match(/kept {4}index\.ts/);
    expect(manifest()).to.deep.include({ name: "mine", version: "1.0.0", main: "index.ts" });
    expect(manifest().scripts).to.deep.equal({
      start: "mine",
      test: "node --require ts-node/register --test hello.test.ts",
    });
  });

  for (const [text, problem] of [
    ["{", /its package\.json is not valid JSON: .*\n$/],
    ["[]", /its package\.json must be a JSON object\.\n$/],
  ] as const)
    it(`writes nothing beside the package.json ${text}`, () => {
      writeFileSync(path.join(folder, "package.json"), text);
      expect(run("shop")).to.equal(1);
      expect(printed.join("")).to.match(/^localcloud: cannot create a project in .*my shop/);
      expect(printed.join("")).to.match(problem);
      expect(readdirSync(folder)).to.deep.equal(["package.json"]);
    });

  it("accepts a package.json with a byte order mark, as npm does", () => {
    writeFileSync(path.join(folder, "package.json"), '\uFEFF{"name":"mine"}');
    expect(run("shop")).to.equal(0);
    expect(manifest()).to.include({ name: "mine" });
  });

  it("says in one line that its folder cannot be created", () => {
    const file = path.join(folder, "file");
    writeFileSync(file, "");
    expect(run("shop", path.join(file, "shop"))).to.equal(1);
    expect(printed.join("")).to.match(/^localcloud: cannot create a project in .*: ENOTDIR: .*\n$/);
  });

  it("refuses a second run, and a name that Pulumi does not accept", () => {
    expect(run("a b")).to.equal(2);
    expect(printed.join("")).to.match(
      /^localcloud: 'a b' is not a valid project name: allowed are letters/,
    );
    expect(readdirSync(folder)).to.deep.equal([]);
    expect(run("shop")).to.equal(0);
    printed = [];
    expect(run("shop")).to.equal(1);
    expect(printed.join("")).to.match(
      /^localcloud: there is a Pulumi\.yaml in .*: nothing was written\.\n$/,
    );
  });
});
