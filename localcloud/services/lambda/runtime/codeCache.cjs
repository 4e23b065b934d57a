// Remembers what V8 made of a function's large files, so that the next worker does not compile them
// again: an SDK bundle of 400 KB costs a third of a cold start. From Node.js 22.1 on Node does so itself:
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

/** A smaller file is compiled faster than its cache is read. */
const MIN_LENGTH = 64 * 1024;
/**
 * A script of our own making may not `import()`; what the SDK imports at run time are modules of Node, which
 * are the same wherever they are imported. A function of the same length does that, so that no column moves.
 */
const NODE_IMPORT = /\bimport(?=\((["'])node:[a-z_/0-9]+\1\))/g;
const IMPORT = "i_port";
const importModule = (specifier) => import(specifier);
/** Only Node itself can load what a file imports otherwise. */
const OTHER_IMPORT = /\bimport\s*\(/;
/** Beyond them the oldest goes; each is one to two times as large as its source. */
const MAX_FILES = 100;
const HEAD = `(function (exports, require, module, __filename, __dirname, ${IMPORT}) { `;

module.exports = { useCache };

/**
 * Loads CommonJS files of the function through the cache.
 *
 * @param folder of the cache; undefined where there is none.
 * @returns keeps what was compiled and is not in the cache yet; called when the handler is loaded.
 */
function useCache(folder) {
  if (folder === undefined) return () => undefined;
  if (Module.enableCompileCache) {
    Module.enableCompileCache(folder);
    return () => Module.flushCompileCache?.();
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
  return () => {
    Module.prototype._compile = compile;
    for (const [file, script] of fresh) keep(folder, file, script);
  };
}

/** Code compiled by another Node.js, or for other flags, is refused by V8 itself. */
function keyOf(content) {
  return createHash("sha256").update(process.version).update(content).digest("hex");
}

function read(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** At once or not at all; a cache that cannot be written is none. */
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
    // A read-only or full disk.
  }
}
