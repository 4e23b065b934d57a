// Caches V8's compiled code of packages for Node.js before 22.1, which has no such cache (engine/process/compileCache.cjs).
// It saves a second of CPU per program that the Pulumi CLI starts, and tests start hundreds.
"use strict";
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { cachedDataVersionTag } = require("node:v8");
const vm = require("node:vm");

const PACKAGES = `${path.sep}node_modules${path.sep}`;

/**
 * Only Node.js itself can provide import() to a script. The compiler, the largest file, contains the word in its
 * strings.
 */
const IMPORTS = /\bimport\s*\(/;
const COMPILER = /[\\/]typescript[\\/]lib[\\/]typescript\.js$/;
const isCached = (text, filename) =>
  filename.includes(PACKAGES) && (!IMPORTS.test(text) || COMPILER.test(filename));

/**
 * Caches code below `directory`/node_modules, with one entry per text. V8 rejects entries of another version or flags,
 * and Mocha's workers have other flags than programs: each kind of process has its own folder.
 */
exports.cacheCode = (directory) => {
  if (Module.enableCompileCache) return;
  const all = path.join(directory, "node_modules/.cache/aws-callbacks-localcloud/code");
  const folder = path.join(all, String(cachedDataVersionTag()));
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
      // Node.js reports the syntax error best.
      return _compile.call(this, text, filename, ...rest);
    }
    if (cachedData === undefined || script.cachedDataRejected) unknown.set(entry, script);
    const load = script.runInThisContext();
    const { exports } = this;
    return load.call(exports, exports, requireOf(this), this, filename, path.dirname(filename));
  };

  // By then, the functions that were called have been compiled too.
  process.once("exit", () => store(folder, unknown));
};

/** Returns a `require` like Node.js's: https://nodejs.org/docs/latest-v20.x/api/modules.html#requireid */
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
      // Written atomically, because other processes read and write the same files.
      const written = `${entry}.${process.pid}`;
      writeFileSync(written, script.createCachedData());
      renameSync(written, entry);
    }
  } catch {
    // The folder is not writable: the next process compiles again.
  }
}

function readOrUndefined(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
