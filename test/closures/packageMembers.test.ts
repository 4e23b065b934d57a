import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import type { AnyFunction } from "../../components/function/packing/captures/closureScope";
import { packCallback } from "../../components/function/packing/packCallback";
import { invokeDeployed } from "../support/closures/deployed";
import { mockPulumi } from "../support/graph/pulumiMocks";

/** A package with state, classes under other names than their own, and a getter that throws. */
const PACKAGE = {
  "package.json": JSON.stringify({
    name: "stateful",
    version: "1.0.0",
    exports: { ".": "./index.js", "./package.json": "./package.json" },
  }),
  "inner.js": `exports.Client = class BaseClient { send() { return "sent"; } };`,
  "index.js": `
    let locale = "en";
    exports.setLocale = (to) => void (locale = to);
    exports.name = () => locale;
    exports.PkgError = class _PkgError extends Error {};
    exports.Client = require("./inner").Client;
    exports.fails = () => { throw new exports.PkgError("no"); };
    Object.defineProperty(exports, "Widget", { get() { throw new Error("removed"); } });
    class Queue {}
    exports.default = Queue;
    exports.isQueue = (one) => one instanceof Queue;
  `,
};

const PROGRAM = `
  const stateful = require("stateful");
  const { setLocale, PkgError } = stateful;
  const again = {};
  Object.defineProperty(again, "name", { enumerable: true, get: function () { return stateful.name; } });
  class Mine extends stateful.default {}
  class MyClient extends stateful.Client { twice() { return [this.send(), this.send()]; } }
  class Widget { n = 1; }
  exports["a destructured function"] = async () => { setLocale("de"); return stateful.name(); };
  exports["a function that the program exports again"] = async () => { setLocale("fr"); return again.name(); };
  exports["a class under its package's default"] = async () => stateful.isQueue(new Mine());
  exports["an error class whose text has another name"] = async () => {
    try { stateful.fails(); } catch (error) { return error instanceof PkgError; }
  };
  exports["an inner class that only the main file exports"] = async () => new MyClient().twice();
  exports["a class of its own beside a removed export of that name"] = async () => new Widget().n;
`;

const ES_PROGRAM = `
  import stateful, { setLocale } from "stateful";
  import { basename, join } from "node:path";
  import * as path from "node:path";
  import * as all from "stateful";
  import { readFile } from "node:fs/promises";
  import { EventEmitter } from "node:events";
  export const callbacks = {
    "a named import of a package": async () => { setLocale("de"); return stateful.name(); },
    "a namespace of a CommonJS package": async () => { all.setLocale("it"); return all.default.name(); },
    "named imports of a module of Node.js": async () => basename(join("a", "..", "b.txt")),
    "a namespace of a module of Node.js": async () => [path.join("a", "b"), path.default.sep],
    "a function of Node.js that is passed on": async () => typeof (await [readFile][0](process.execPath)).length,
    "a class of Node.js": async () => new EventEmitter().listenerCount("a"),
  };
`;

describe("A member of a module, used by its own name,", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "members-"));
  const loaded = new Map<string, Record<string, AnyFunction>>();
  before(async () => {
    mockPulumi();
    const installed = path.join(folder, "node_modules/stateful");
    mkdirSync(installed, { recursive: true });
    for (const [name, text] of Object.entries(PACKAGE))
      writeFileSync(path.join(installed, name), text);
    const [common, es] = [path.join(folder, "index.cjs"), path.join(folder, "index.mjs")];
    writeFileSync(common, PROGRAM);
    writeFileSync(es, ES_PROGRAM);
    loaded.set("CommonJS", createRequire(common)(common) as Record<string, AnyFunction>);
    // TypeScript would turn import() into a require.
    const load = new Function("url", "return import(url)") as (url: string) => Promise<unknown>;
    const { callbacks } = (await load(pathToFileURL(es).href)) as {
      callbacks: Record<string, AnyFunction>;
    };
    loaded.set("ES", callbacks);
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const [kind, text] of [
    ["CommonJS", PROGRAM],
    ["ES", ES_PROGRAM],
  ] as const)
    for (const [, title] of text.matchAll(/^ *(?:exports\[)?"(an? [^"]+|named [^"]+)"/gm))
      it(`is the module's own in Lambda, in a program with ${kind} modules: ${title}`, async () => {
        const callback = loaded.get(kind)?.[title] as unknown as () => Promise<unknown>;
        const { files } = await packCallback(callback, { directory: folder });
        const [deployed] = await invokeDeployed(files, [{}]);
        expect(deployed).to.deep.equal({ result: await callback() });
        expect(deployed.result).to.not.equal(undefined);
      });
});
