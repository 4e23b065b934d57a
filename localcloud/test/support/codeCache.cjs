// Caches V8's compiled code of packages and of the repository's own files for Node.js before 22.1, which has no such
// cache (engine/process/compileCache.cjs). It saves a second of CPU per program that the Pulumi CLI starts, and tests
// start hundreds.
"use strict";
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { cachedDataVersionTag, setFlagsFromString } = require("node:v8");
const vm = require("node:vm");

/**
 * Only Node.js itself can provide import() to a script; a method may have that name. The compiler, the largest file,
 * contains the word in its strings.
 */
const IMPORTS = /(?<!\.|\basync\s+)\bimport\s*\(/;
const COMPILER = /[\\/]typescript[\\/]lib[\\/]typescript\.js$/;

/**
 * Caches code of files below `directory`, in the usual place, with one entry per file and kind of process. Such a file
 * cannot hide an import() in eval or behind a comment, and Node.js does not map its stacks (ts-node does).
 * @param kind names processes that compile TypeScript in the same way.
 */
exports.cacheCode = (directory, kind) => {
  // Code from a cache has no counters, from which coverage is computed.
  if (Module.enableCompileCache || process.env.NODE_V8_COVERAGE) return;
  // V8 rejects code of other flags. Pulumi's SDK sets this one while a program loads, in its file closure/v8Hooks.js: set
  // from the start, it lets that program use all of its code. Providers do not load the file.
  if (kind !== "provider") setFlagsFromString("--allow-natives-syntax");
  const all = path.join(directory, "node_modules/.cache/aws-callbacks-localcloud/code");
  // Mocha's processes have other flags than programs.
  const folder = path.join(all, String(cachedDataVersionTag()));
  const home = `${directory}${path.sep}`;
  const isCached = (text, filename) =>
    filename.startsWith(home) && (!IMPORTS.test(text) || COMPILER.test(filename));
  const unknown = new Map();
  const { _compile } = Module.prototype;

  Module.prototype._compile = function (text, filename, ...rest) {
    if (!isCached(text, filename)) return _compile.call(this, text, filename, ...rest);
    const entry = path.join(folder, hash(`${kind} ${filename}`).toString("hex"));
    // V8 itself compares only the length.
    const head = hash(text);
    const cachedData = read(entry, head);
    let script;
    try {
      script = new vm.Script(wrap(text), {
        ...{ filename, cachedData },
        columnOffset: -Module.wrapper[0].length,
      });
    } catch {
      // Node.js reports the syntax error best.
      return _compile.call(this, text, filename, ...rest);
    }
    if (cachedData === undefined || script.cachedDataRejected) unknown.set(entry, { head, script });
    const load = script.runInThisContext();
    const { exports } = this;
    return load.call(exports, exports, requireOf(this), this, filename, path.dirname(filename));
  };

  // By then, the functions that were called have been compiled too.
  process.once("exit", () => store(folder, unknown));
};

/** Wraps a file in Node.js's function, without moving the source map away from the end, where its readers look for it. */
function wrap(text) {
  const at = text.lastIndexOf("\n//# sourceMappingURL=");
  const isLast = at >= 0 && /^\n\/\/# \S+\s*$/.test(text.slice(at));
  return isLast ? `${Module.wrap(text.slice(0, at))}${text.slice(at)}` : Module.wrap(text);
}

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

function hash(text) {
  return createHash("sha1").update(text).digest();
}

function store(folder, unknown) {
  try {
    if (unknown.size > 0) mkdirSync(folder, { recursive: true });
    for (const [entry, { head, script }] of unknown) {
      // Written atomically, because other processes read and write the same files.
      const written = `${entry}.${process.pid}`;
      writeFileSync(written, Buffer.concat([head, script.createCachedData()]));
      renameSync(written, entry);
    }
  } catch {
    // The folder is not writable: the next process compiles again.
  }
}

/** Returns what follows `head` in a file; undefined without the file, or if it begins otherwise. */
function read(file, head) {
  try {
    const content = readFileSync(file);
    return content.subarray(0, head.length).equals(head)
      ? content.subarray(head.length)
      : undefined;
  } catch {
    return undefined;
  }
}
