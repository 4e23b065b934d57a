import { expect } from "chai";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import {
  BundleCache,
  type MadeBundle,
} from "../../../../components/function/packing/bundling/bundleCache";
import {
  cacheFolder,
  fileOf,
  keep,
  use,
} from "../../../../components/function/packing/caching/cacheFolder";
import type { Dependency } from "../../../../components/function/packing/bundling/dependencies";

const DEPENDENCIES: Dependency[] = [
  { specifier: "left", form: "require", names: ["pad"], isOptional: false, isDeferred: false },
];
const MADE = {
  code: "exports.m0 = 1;",
  exports: new Map([["left require", { code: "c", access: ".m0" }]]),
};

describe("The cache of packing", () => {
  let folder: string;
  let left: string;
  let input: string;
  let made: MadeBundle;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "cache-"));
    left = install("node_modules/left", "left");
    input = path.join(left, "lib/i.js");
    const right = install("node_modules/.store/@r+right@1/@r/right", "@r/right");
    link("node_modules/@r/right", right);
    made = {
      ...MADE,
      inputs: [input, path.join(right, "lib/i.js")],
      imports: [
        { importer: input, specifier: "./other", resolved: path.join(left, "lib/other.js") },
        { importer: input, specifier: "@r/right/lib/i", resolved: path.join(right, "lib/i.js") },
        { importer: input, specifier: "optional" },
      ],
    };
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function install(at: string, name: string): string {
    const directory = path.join(folder, at);
    mkdirSync(path.join(directory, "lib"), { recursive: true });
    const manifest = JSON.stringify({ name, main: "lib/i.js" });
    writeFileSync(path.join(directory, "package.json"), manifest);
    writeFileSync(path.join(directory, "lib/i.js"), "exports.pad = 1;");
    return directory;
  }
  function link(at: string, target: string): void {
    const place = path.join(folder, at);
    rmSync(place, { force: true, recursive: true });
    mkdirSync(path.dirname(place), { recursive: true });
    symlinkSync(target, place);
  }

  const cache = (runsIn = "lambda", dependencies = DEPENDENCIES): BundleCache | undefined =>
    BundleCache.of(dependencies, { folders: [folder], runsIn });
  /** Returns the stored code; undefined when it would be bundled. */
  const kept = async (asked = cache()): Promise<string | undefined> => {
    let isMade = false;
    const found = await asked
      ?.get(() => {
        isMade = true;
        return Promise.reject(new Error("nothing is made"));
      })
      .catch(() => undefined);
    return isMade ? undefined : found?.code;
  };
  const write = async (during: () => void = () => undefined): Promise<void> => {
    untilLater(folder);
    await cache()?.get(() => {
      during();
      return Promise.resolve(made);
    });
  };
  const entry = (): string => {
    const directory = cacheFolder(folder) ?? "";
    return path.join(directory, readdirSync(directory)[0]);
  };

  it("returns the stored code for the same input", async () => {
    expect(await kept()).to.equal(undefined);
    await write();
    expect(await kept()).to.equal(MADE.code);
    expect(await cache()?.get(() => Promise.reject(new Error()))).to.deep.equal(MADE);
    expect(await kept(cache("instance"))).to.equal(undefined);
    const others = [{ ...DEPENDENCIES[0], names: ["other"] }];
    expect(await kept(cache("lambda", others))).to.equal(undefined);
  });

  const changes: Record<string, () => void> = {
    "a file that went into it changed": () => appendFileSync(input, "\n"),
    "a file that went into it is gone": () => rmSync(input),
    "a file was written again, as long as before": () => utimesSync(input, 1, 1),
    "the package's manifest changed": () => appendFileSync(path.join(left, "package.json"), "\n"),
    "a manifest came between a file and its package": () =>
      writeFileSync(path.join(left, "lib/package.json"), '{"type":"module"}'),
    "a file came that could stand before one that went in": () =>
      writeFileSync(path.join(left, "lib/other.ts"), ""),
    "a link leads to another copy of a package with a scope": () =>
      link("node_modules/@r/right", install("node_modules/.store/@r+right@2/@r/right", "@r/right")),
    "a nearer copy of a package was installed": () =>
      install("node_modules/left/node_modules/@r/right", "@r/right"),
    "a package was installed that it did without": () =>
      install("node_modules/optional", "optional"),
    "the entry was cut": () => truncateSync(entry(), 64),
    "the entry was edited": () =>
      writeFileSync(entry(), readFileSync(entry(), "utf8").replace("m0 = 1", "m0 = 2")),
  };
  for (const [what, change] of Object.entries(changes))
    it(`misses when ${what}`, async () => {
      await write();
      expect(await kept()).to.equal(MADE.code);
      change();
      // Within one turn of the event loop every file is checked only once.
      await new Promise(setImmediate);
      expect(await kept()).to.equal(undefined);
    });

  it("reads an entry once per process when programs run in sequence, and still misses when an input changes", async () => {
    const place = Symbol.for("aws-callbacks.kept");
    Reflect.set(globalThis, place, new Map());
    try {
      await write();
      expect(await kept()).to.equal(MADE.code);
      truncateSync(entry(), 64);
      expect(await kept()).to.equal(MADE.code);
      appendFileSync(input, "\n");
      await new Promise(setImmediate);
      expect(await kept()).to.equal(undefined);
    } finally {
      Reflect.deleteProperty(globalThis, place);
    }
  });

  it("still hits after an unrelated package was installed", async () => {
    await write();
    install("node_modules/@r/another", "@r/another");
    expect(await kept()).to.equal(MADE.code);
  });

  it("stores nothing that was bundled while one of its files changed, even to an old date", async () => {
    await write(() => {
      writeFileSync(input, "exports.pad = 2;");
      utimesSync(input, 1, 1);
    });
    expect(await kept()).to.equal(undefined);
    await write();
    expect(await kept()).to.equal(MADE.code);
  });

  it("stores nothing whose imports were resolved differently from Node.js", async () => {
    made.imports.push({ importer: input, specifier: "nowhere", resolved: "/opt/nowhere/i.js" });
    await write();
    expect(await kept()).to.equal(undefined);
  });

  it("stores nothing with a dependency that is not installed, nor where nothing is installed", () => {
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

  for (const damage of ["", "tex", "text and more", "tixt"])
    it(`restores a stored file that contains "${damage}" instead of its text`, () => {
      const file = fileOf("text", folder) ?? "";
      writeFileSync(file, damage);
      expect(fileOf("text", folder)).to.equal(file);
      expect(readFileSync(file, "utf8")).to.equal("text");
    });

  it("deletes files that no run has used for a week, and nothing else", () => {
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

  it("returns false when it cannot write", () => {
    expect(keep(path.join(input, "below/a/file.js"), "text")).to.equal(false);
  });
});

/** Returns when the clock of the file system has advanced, after some milliseconds at most. */
function untilLater(folder: string): void {
  const probe = path.join(folder, "probe");
  const now = (): number => {
    writeFileSync(probe, "");
    return statSync(probe).mtimeMs;
  };
  for (const before = now(); now() <= before;);
}
