// Caches ts-node's output for a file. Transpiling is nearly half of the work of a program's run, and the same every
// time; an update after a saved file has to transpile only that file.
"use strict";
const { createRequire } = require("node:module");
const path = require("node:path");
const { transpileAhead } = require("./transpileAhead.cjs");
const { readTranspiled, storeTranspiled, transpiledFiles } = require("./transpiledFiles.cjs");

/** Files that a run transpiles before it gets help: fewer are saved changes. */
const ALONE = 3;

/**
 * Gives the ts-node that `directory` resolves a cache on disk, in the usual place: `node_modules/.cache`. The output is
 * ts-node's own, byte for byte; without ts-node, or if nothing can be written, nothing changes.
 *
 * Only files next to that folder are cached there: temporary programs elsewhere would fill it. Those are cached in
 * `elsewhere`, if that is given.
 *
 * @param memory a Map, for a process that compiles the same files repeatedly.
 */
exports.cacheTranspilation = (directory, elsewhere, memory) => {
  const required = createRequire(path.join(directory, "package.json"));
  let manifest;
  try {
    manifest = required.resolve("ts-node/package.json");
  } catch {
    return; // Pulumi then uses the old version that it includes.
  }
  const tsNode = required("ts-node");
  const { register } = tsNode;
  tsNode.register = (...settings) => {
    const service = register(...settings);
    // The type checker must see each file; transpiling alone depends on nothing but the file.
    if (service.options.transpileOnly)
      remember(service, settings, { manifest, directory, elsewhere }, memory);
    return service;
  };
};

function remember(service, settings, place, memory) {
  const { compile } = service;
  const texts = new Map();
  const { circumstances, entryOf } = transpiledFiles(service, place);
  let main;
  let missing = 0;
  let tell = () => undefined;
  const made = (code, file, ...rest) => {
    main ??= file;
    const entry = entryOf(code, file);
    if (entry === undefined) return compile(code, file, ...rest);
    const known = readTranspiled(entry);
    if (known !== undefined) {
      texts.set(file.replaceAll("\\", "/"), known);
      return known;
    }
    missing += 1;
    if (missing > ALONE) {
      missing = -Infinity;
      tell = transpileAhead({ main, settings, place });
    }
    const output = compile(code, file, ...rest);
    // It is stored when all files are loaded: the program does not wait for that.
    tell(file, output);
    void storeTranspiled(entry, output);
    return output;
  };
  service.compile = (code, file, ...rest) => {
    const last = memory?.get(file);
    if (last?.code === code && last.circumstances === circumstances) {
      texts.set(file.replaceAll("\\", "/"), last.output);
      return last.output;
    }
    const output = made(code, file, ...rest);
    memory?.set(file, { code, circumstances, output });
    return output;
  };
  // Stack traces refer to lines of the TypeScript. The map is in the text, but ts-node only knows maps that it made
  // itself.
  createRequire(place.manifest)("@cspotcode/source-map-support").install({
    environment: "node",
    retrieveFile: (file) => texts.get(file.replaceAll("\\", "/")) ?? null,
  });
}
