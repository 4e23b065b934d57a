// Remembers what V8 made of packages for Node.js before 22.1, which cannot do so by itself (engine/compileCache.cjs): of a
// program that the Pulumi CLI starts this saves a second of CPU, and tests start hundreds.
"use strict";
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const vm = require("node:vm");

const PACKAGES = `${path.sep}node_modules${path.sep}`;

/** Only Node.js itself can lend a text its own import(). The compiler, the largest file of all, has the word in its texts. */
const IMPORTS = /\bimport\s*\(/;
const COMPILER = /[\\/]typescript[\\/]lib[\\/]typescript\.js$/;
const isCached = (text, filename) =>
  filename.includes(PACKAGES) && (!IMPORTS.test(text) || COMPILER.test(filename));

/** Keeps it below `folder`/node_modules, an entry for each text: V8 itself refuses one of another version or other flags. */
exports.cacheCode = (directory) => {
  const folder = path.join(directory, "node_modules/.cache/aws-callbacks-localcloud/code");
  if (Module.enableCompileCache) return;
  const unknown = new Map();
  const { _compile } = Module.prototype;

  Module.prototype._compile = function (text, filename, ...rest) {
    if (!isCached(text, filename)) return _compile.call(this, text, filename, ...rest);
    const entry = path.join(folder, createHash("sha1").update(text).digest("hex"));
    const cachedData = readOrUndefined(entry);
    let script;
    try {
      script = new vm.Script(Module.wrap(text), {
        ...{ filename, cachedData },
        columnOffset: -Module.wrapper[0].length,
      });
    } catch {
      // Node.js explains best what is wrong with it.
      return _compile.call(this, text, filename, ...rest);
    }
    if (cachedData === undefined || script.cachedDataRejected) unknown.set(entry, script);
    const load = script.runInThisContext();
    const { exports } = this;
    return load.call(exports, exports, requireOf(this), this, filename, path.dirname(filename));
  };

  // By then the functions that were called have been compiled too.
  process.once("exit", () => store(folder, unknown));
};

/** As Node.js makes it: https://nodejs.org/docs/latest-v20.x/api/modules.html#requireid */
function requireOf(module) {
  const require = (id) => module.require(id);
  require.resolve = (id, options) => Module._resolveFilename(id, module, false, options);
  require.resolve.paths = (id) => Module._resolveLookupPaths(id, module);
  require.main = process.mainModule;
  require.extensions = Module._extensions;
  require.cache = Module._cache;
  return require;
}

function store(folder, scripts) {
  try {
    if (scripts.size > 0) mkdirSync(folder, { recursive: true });
    for (const [entry, script] of scripts) {
      // At once and whole: other processes read and write the same.
      const written = `${entry}.${process.pid}`;
      writeFileSync(written, script.createCachedData());
      renameSync(written, entry);
    }
  } catch {
    // A folder that cannot be written to: the next process compiles again.
  }
}

function readOrUndefined(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
