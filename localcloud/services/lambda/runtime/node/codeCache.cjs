// Caches V8's compiled code of a function's large files, so that the next worker does not compile them again:
// compiling an SDK bundle of 400 KB takes a third of a cold start. From Node.js 22.1 on, Node has such a cache
// itself:
// https://nodejs.org/docs/latest-v22.x/api/module.html#moduleenablecompilecachecachedir
"use strict";
const { createHash } = require("node:crypto");
const {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { Script } = require("node:vm");

/** Smaller files compile faster than their cache loads. */
const MIN_LENGTH = 64 * 1024;
/**
 * `import()` does not work in a script that this file compiles. The SDK imports only Node's own modules at run time,
 * which are the same wherever they are imported, so a function replaces these imports. Its name has as many
 * characters as `import`, so that columns do not move.
 */
const NODE_IMPORT = /\bimport(?=\((["'])node:[a-z_/0-9]+\1\))/g;
const IMPORT = "i_port";
const importModule = (specifier) => import(specifier);
/** Finds other `import()` calls. Only Node itself can load files that have them. */
const OTHER_IMPORT = /\bimport\s*\(/;
/** Beyond this number the oldest file is deleted. Each file is one to two times as large as its source. */
const MAX_FILES = 100;
/** Part of a file's key: files with less compiled code are not used. */
const KEPT = "after a request";
const HEAD = `(function (exports, require, module, __filename, __dirname, ${IMPORT}) { `;

module.exports = { useCache };

/**
 * Loads CommonJS files of the function through the cache.
 *
 * @param folder of the cache; undefined for no cache.
 * @returns `loaded`, to call when the handler is loaded: modules that it loads later load normally. `keep` stores newly
 *   compiled code; call it after the first request, since V8 compiles a function when it is called for the first time.
 */
function useCache(folder) {
  const nothing = () => undefined;
  if (folder === undefined) return { loaded: nothing, keep: nothing };
  if (Module.enableCompileCache) {
    Module.enableCompileCache(folder);
    return { loaded: nothing, keep: () => Module.flushCompileCache?.() };
  }
  const fresh = [];
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (content, filename, ...more) {
    const code = content.replace(NODE_IMPORT, IMPORT);
    const unfit = content.includes(IMPORT) || OTHER_IMPORT.test(code) || code.startsWith("#!");
    if (code.length < MIN_LENGTH || unfit) return compile.call(this, content, filename, ...more);
    const file = path.join(folder, keyOf(content));
    const cachedData = read(file);
    const script = new Script(`${HEAD}${code}\n})`, {
      filename,
      cachedData,
      columnOffset: -HEAD.length,
    });
    if (cachedData === undefined || script.cachedDataRejected) fresh.push([file, script]);
    const load = script.runInThisContext();
    const require = Module.createRequire(filename);
    const folderOfFile = path.dirname(filename);
    return load.call(
      this.exports,
      this.exports,
      require,
      this,
      filename,
      folderOfFile,
      importModule,
    );
  };
  return {
    loaded: () => {
      Module.prototype._compile = compile;
    },
    keep: () => {
      for (const [file, script] of fresh.splice(0)) keep(folder, file, script);
    },
  };
}

/**
 * Returns the cache key of a file. V8 itself rejects code that was compiled by another Node.js or with other flags.
 */
function keyOf(content) {
  return createHash("sha256").update(`${process.version} ${KEPT}`).update(content).digest("hex");
}

function read(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Writes a cache file atomically. A cache that cannot be written is skipped. */
function keep(folder, file, script) {
  const part = `${file}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(part, script.createCachedData());
    renameSync(part, file);
    const files = readdirSync(folder).map((name) => path.join(folder, name));
    if (files.length <= MAX_FILES) return;
    const written = (one) => statSync(one).mtimeMs;
    const [oldest] = files.sort((one, other) => written(one) - written(other));
    rmSync(oldest);
  } catch {
    // The disk is read-only or full.
  }
}
