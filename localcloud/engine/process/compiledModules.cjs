// Caches V8's compiled code of the program's own files. A run loads all of them again, but most have the same text as
// before, so only their code runs again.
"use strict";
const { Session } = require("node:inspector");
const Module = require("node:module");
const path = require("node:path");
const vm = require("node:vm");

const PARAMETERS = ["exports", "require", "module", "__filename", "__dirname"];

/**
 * Appended to a file: a function that evaluates an expression in the file's scope. Otherwise packing would need V8's
 * inspector.
 */
const READ = "(localcloudText) => eval(localcloudText)";

/**
 * @param isOwn checks whether a file is one of the program's own.
 * @param texts receives the text of each script under V8's id for it, for as long as the file has that text.
 * @param files receives, for the run, each file with its `text`, the id of its `script`, and a function to `read` its
 *   variables.
 */
exports.keepCompiled = (isOwn, texts, files) => {
  const { _compile } = Module.prototype;
  const known = new Map();
  const used = new Set();
  const forget = (file) => {
    texts.delete(known.get(file)?.script);
    known.delete(file);
  };
  Module.prototype._compile = function (text, file, ...rest) {
    if (known.get(file)?.text !== text) forget(file);
    const made = isOwn(file) ? (known.get(file) ?? compile(file, text)) : undefined;
    if (!made) return _compile.call(this, text, file, ...rest);
    known.set(file, made);
    texts.set(made.script, text);
    used.add(file);
    const { exports } = this;
    const parameters = [exports, requireOf(this), this, file, path.dirname(file)];
    const read = made.run.apply(exports, parameters);
    // A file may have returned another value before its end.
    if (typeof read === "function" && String(read) === READ)
      files.set(file, { text, script: made.script, read });
  };
  return {
    /** Removes files that the finished run did not load. */
    endRun() {
      for (const file of [...known.keys()]) if (!used.has(file)) forget(file);
      used.clear();
      files.clear();
    },
  };
};

/** Compiles a CommonJS module; undefined for other files, which Node.js handles or reports itself. */
function compile(file, text) {
  try {
    const importModuleDynamically = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
    const run = vm.compileFunction(`${text}\n;return ${READ};`, PARAMETERS, {
      filename: file,
      importModuleDynamically,
    });
    return { text, run, script: scriptOf(run) };
  } catch {
    return undefined;
  }
}

/** Makes the `require` that Node.js gives a module: https://nodejs.org/api/modules.html#requireid */
function requireOf(module) {
  const resolve = (request, options) => Module._resolveFilename(request, module, false, options);
  resolve.paths = (request) => Module._resolveLookupPaths(request, module);
  const { mainModule: main } = process;
  const known = { resolve, main, extensions: Module._extensions, cache: Module._cache };
  return Object.assign(function require(id) {
    return module.require(id);
  }, known);
}

const session = new Session();
session.connect();
const HELD = "aws-callbacks-localcloud.compiled";

/** Returns V8's id of the script that contains a function, which only its inspector reveals. */
function scriptOf(run) {
  const post = (method, parameters) => {
    let answer;
    session.post(method, parameters, (_error, result) => (answer = result));
    return answer;
  };
  globalThis[Symbol.for(HELD)] = run;
  try {
    const expression = `globalThis[Symbol.for(${JSON.stringify(HELD)})]`;
    const { result } = post("Runtime.evaluate", { expression, objectGroup: HELD });
    const { objectId } = result;
    const found = post("Runtime.getProperties", { objectId, ownProperties: true });
    const place = found.internalProperties.find(({ name }) => name === "[[FunctionLocation]]");
    return place?.value.value.scriptId;
  } finally {
    post("Runtime.releaseObjectGroup", { objectGroup: HELD });
    delete globalThis[Symbol.for(HELD)];
  }
}
