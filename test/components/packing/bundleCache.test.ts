import { expect } from "chai";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { BundleCache } from "../../../components/packing/bundleCache";
import { cacheFolder, fileOf, keep, use } from "../../../components/packing/cacheFolder";
import type { Dependency } from "../../../components/packing/dependencies";

const DEPENDENCIES: Dependency[] = [
  { specifier: "left", form: "require", names: ["pad"], isOptional: false },
];
const MADE = {
  code: "exports.m0 = 1;",
  exports: new Map([["left require", { code: "c", access: ".m0" }]]),
};

describe("The cache of packing", () => {
  let folder: string;
  let input: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "cache-"));
    const left = path.join(folder, "node_modules/left");
    mkdirSync(left, { recursive: true });
    writeFileSync(path.join(left, "package.json"), JSON.stringify({ name: "left", main: "i.js" }));
    input = path.join(left, "i.js");
    writeFileSync(input, "exports.pad = 1;");
    // The folder of the cache itself is made once; that alone must not make an entry old.
    mkdirSync(path.join(folder, "node_modules/.cache/aws-callbacks"), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const cache = (runsIn = "lambda", dependencies = DEPENDENCIES): BundleCache | undefined =>
    BundleCache.of(dependencies, { folders: [folder], runsIn });
  const code = (runsIn?: string): string | undefined => cache(runsIn)?.read()?.code;
  const write = (): void => cache()?.write({ ...MADE, inputs: [input] });

  it("gives back what it was given, to whom asks for the same", () => {
    expect(code()).to.equal(undefined);
    write();
    expect(cache()?.read()).to.deep.include(MADE);
    expect(code("instance")).to.equal(undefined);
    const others = [{ ...DEPENDENCIES[0], names: ["other"] }];
    expect(cache("lambda", others)?.read()).to.equal(undefined);
  });

  const changes: Record<string, () => void> = {
    "a file that went into it changed": () => appendFileSync(input, "\n"),
    "a file that went into it is gone": () => rmSync(input),
    "a file was written again, as long as before": () => utimesSync(input, 1, 1),
    "the package's manifest changed": () =>
      appendFileSync(path.join(folder, "node_modules/left/package.json"), "\n"),
    "another package was installed beside": () => {
      mkdirSync(path.join(folder, "node_modules/right"));
      utimesSync(path.join(folder, "node_modules"), 1, 1);
    },
    "a package was installed inside": () =>
      mkdirSync(path.join(folder, "node_modules/left/node_modules")),
  };
  for (const [what, change] of Object.entries(changes))
    it(`forgets when ${what}`, () => {
      write();
      expect(code()).to.equal(MADE.code);
      change();
      expect(code()).to.equal(undefined);
    });

  it("keeps nothing of a dependency that is not installed, nor where nothing is installed", () => {
    const missing = [{ ...DEPENDENCIES[0], specifier: "missing" }];
    expect(cache("lambda", missing)).to.equal(undefined);
    rmSync(path.join(folder, "node_modules"), { recursive: true });
    expect(cache()).to.equal(undefined);
    expect(fileOf("text", folder)).to.equal(undefined);
  });

  it("names a file after its text, so that the same text is one file", () => {
    const file = fileOf("text", folder);
    expect(file).to.be.a("string").and.equal(fileOf("text", folder));
    expect(fileOf("other", folder)).not.to.equal(file);
  });

  it("takes away what no run has used for a week, and nothing else", () => {
    const kept = cacheFolder(folder) ?? "";
    const [old, used] = [path.join(kept, "old.js"), path.join(kept, "used.js")];
    for (const file of [old, used]) keep(file, "text");
    const longAgo = Date.now() / 1000 - 8 * 86_400;
    for (const file of [old, used]) utimesSync(file, longAgo, longAgo);
    expect(use(used)).to.equal(true);
    keep(path.join(kept, "new.js"), "text");
    expect(use(used)).to.equal(true);
    expect(use(old)).to.equal(false);
  });

  it("answers false where it cannot write", () => {
    expect(keep(path.join(input, "below/a/file.js"), "text")).to.equal(false);
  });
});
