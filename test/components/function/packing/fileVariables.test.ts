import { expect } from "chai";
import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { functionShape } from "../../../../components/function/packing/captures/functionShape";
import {
  type AnyFunction,
  capturedVariables,
  placeOf,
} from "../../../../components/function/packing/captures/closureScope";
import { FileVariables } from "../../../../components/function/packing/captures/fileVariables";
import type { KeptFile } from "../../../../components/function/packing/caching/keptFiles";

const KEPT = Symbol.for("aws-callbacks.kept");
const ROOT = path.join(__dirname, "../../../..");
const CALLBACKS = path.join(ROOT, "callbacks", path.sep);
const load = createRequire(__filename);

type Variables = ReadonlyMap<string, unknown>;
type Loaded = Record<string, AnyFunction> & { fn: AnyFunction; others: AnyFunction };

interface Compiled {
  endRun(): void;
}

interface CompiledModules {
  keepCompiled(
    isOwn: (file: string) => boolean,
    texts: Map<string, string>,
    files: Map<string, KeptFile>,
  ): Compiled;
}

describe("The variables of a file that its functions use", () => {
  const { prototype } = load("node:module") as { prototype: { _compile: unknown } };
  const original = prototype._compile;
  const own = Reflect.get(globalThis, KEPT) as unknown;
  const files = new Map<string, KeptFile>();
  let folder = "";
  let compiled: Compiled;

  before(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "file-variables-")));
    const { keepCompiled } = load(
      path.join(ROOT, "localcloud/engine/process/compiledModules.cjs"),
    ) as CompiledModules;
    const isOwn = (file: string): boolean => file.startsWith(folder) || file.startsWith(CALLBACKS);
    compiled = keepCompiled(isOwn, new Map(), files);
  });

  beforeEach(() => Reflect.set(globalThis, KEPT, new Map([["files", files]])));

  afterEach(() => {
    if (own === undefined) Reflect.deleteProperty(globalThis, KEPT);
    else Reflect.set(globalThis, KEPT, own);
  });

  after(() => {
    prototype._compile = original;
    rmSync(folder, { recursive: true, force: true });
  });

  /** Loads the file again, like a run of the program. */
  function loadAnew(file: string): Loaded {
    Reflect.deleteProperty(require.cache, file);
    return load(file) as Loaded;
  }

  let count = 0;
  function fileOf(...lines: string[]): string {
    const file = path.join(folder, `file-${++count}.js`);
    writeFileSync(file, lines.join("\n"));
    return file;
  }

  const functionOf = (...lines: string[]): AnyFunction => loadAnew(fileOf(...lines)).fn;

  const known = (fn: AnyFunction): Variables | undefined => new FileVariables().of(fn, namesOf(fn));

  it("are the same as in V8's inspector, for the exported functions of this package's callbacks", () => {
    const callbacks = readdirSync(CALLBACKS, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => path.join(CALLBACKS, name));
    // Those that another of them has loaded meanwhile are there: each is loaded once.
    const exported = callbacks
      .flatMap((file) =>
        Object.values<unknown>(files.has(file) ? (load(file) as Loaded) : loadAnew(file)),
      )
      .filter((value): value is AnyFunction => typeof value === "function");
    const variables = new FileVariables();
    const found = exported.filter((fn) => {
      const seen = variables.of(fn, namesOf(fn));
      if (seen) expect(sorted(seen), fn.name).to.deep.equal(sorted(inspected(fn)));
      return seen;
    });
    expect(found.length).to.be.greaterThan(0.9 * exported.length);
    // It loads all that the callbacks use, of the AWS SDK too.
  }).timeout(180_000);

  it("are known for functions that a file does not export, and so is their position in it", () => {
    const file = fileOf(
      `"use strict"; const word = "one"; function /* at */ inner(x) { return word + x; }`,
      `const arrow = async (x) => inner(x) + word; exports.fn = fn;`,
      `async function fn() { return arrow(word); } exports.others = () => [fn, inner, arrow];`,
    );
    const all = (loaded: Loaded): AnyFunction[] => loaded.others() as AnyFunction[];
    const [asked, looked] = [loadAnew(file), loadAnew(file)].map(all);
    const variables = new FileVariables();
    looked?.forEach((fn) => {
      const seen = variables.of(fn, namesOf(fn));
      expect(seen && sorted(seen), fn.name).to.deep.equal(sorted(inspected(fn)));
    });
    // For the first ones no position was recorded.
    expect(looked?.map(placeOf)).to.deep.equal(asked?.map(placeOf));
  });

  it("include no globals, but a variable of the file with the same name", () => {
    const fn = functionOf(
      `"use strict"; const process = "a word"; exports.fn = fn;`,
      `function fn() { return [JSON, undeclared, process, module]; }`,
    );
    expect([...(known(fn)?.keys() ?? [])]).to.have.members(["process", "module"]);
    expect(known(fn)?.get("process")).to.equal("a word");
  });

  it("have their present values, whatever they were before", () => {
    const file = fileOf(
      `"use strict"; let word = "early"; exports.fn = () => word; exports.fn = fn;`,
      `function fn() { return word; } exports.set = (next) => { word = next; };`,
    );
    const { fn, set } = loadAnew(file);
    expect(known(fn)?.get("word")).to.equal("early");
    (set as (word: string) => void)("late");
    expect(known(fn)?.get("word")).to.equal("late");
  });

  const doubtful: Record<string, readonly string[]> = {
    "has another function's name by now": [
      `"use strict"; const word = "of the file"; function fn() { return word; }`,
      `function make(word) { return function fn() { return word; }; }`,
      `fn = make("of another function"); exports.fn = fn;`,
    ],
    "was made by another function, with the text of one that the file declares": [
      `"use strict"; const word = "of the file"; function fn() { return word; }`,
      `const make = (word) => function fn() { return word; };`,
      `exports.fn = make("of another function"); exports.declared = fn;`,
    ],
    "stands in a block": [
      `"use strict"; const word = "of the file"; function fn() { return word; }`,
      `{ const word = "of the block"; exports.fn = fn; function fn() { return word; } }`,
    ],
    "is in a file without 'use strict'": [
      `const word = "of the file"; function fn() { return word; } exports.fn = fn;`,
    ],
    "is in a file that makes code of text": [
      `"use strict"; const word = "of the file"; function fn() { return word; }`,
      `exports.fn = fn; exports.run = (text) => eval(text);`,
    ],
    "is in a file that ends before its end": [
      `"use strict"; const word = "of the file"; function fn() { return word; }`,
      `exports.fn = fn; return () => word;`,
    ],
  };
  for (const [what, lines] of Object.entries(doubtful))
    it(`are left to the inspector for a function that ${what}`, () => {
      expect(known(functionOf(...lines))).to.equal(undefined);
    });

  it("are those of the file that declares a function, not of one with the same text that exports it", () => {
    const text = `function fn() { return word; }`;
    const declares = fileOf(`"use strict"; const word = "declared"; ${text} exports.fn = fn;`);
    const handsOn = fileOf(
      `"use strict"; const word = "handed on"; ${text} exports.own = fn;`,
      `exports.fn = require(${JSON.stringify(declares)}).fn;`,
    );
    expect(known(loadAnew(handsOn).fn)?.get("word")).to.equal("declared");
  });

  it("are forgotten when the run of the program is over", () => {
    const fn = functionOf(`"use strict"; const word = "one"; exports.fn = () => word;`);
    compiled.endRun();
    expect(files.size).to.equal(0);
    expect(known(fn)).to.equal(undefined);
  });
});

function namesOf(fn: AnyFunction): string[] {
  return [...(functionShape(fn)?.free.keys() ?? [])].filter((name) => name !== "require");
}

function inspected(fn: AnyFunction): Variables {
  return capturedVariables(fn, namesOf(fn));
}

function sorted(variables: Variables): [string, unknown][] {
  return [...variables].sort(([one], [other]) => (one < other ? -1 : 1));
}
