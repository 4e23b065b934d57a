// Caches ts-node's output for a file. Transpiling is nearly half of the work of a program's run, and the same every
// time; an update after a saved file has to transpile only that file.
"use strict";
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { mkdir, rename, writeFile } = require("node:fs/promises");
const { createRequire } = require("node:module");
const path = require("node:path");

const NAME = "aws-callbacks-localcloud";

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
  const modules = `${path.sep}node_modules${path.sep}`;
  const home = manifest.slice(0, manifest.indexOf(modules) + 1);
  const folderOf = (file) =>
    file.startsWith(home) ? path.join(home, "node_modules/.cache", NAME) : elsewhere;
  const tsNode = required("ts-node");
  const { register } = tsNode;
  tsNode.register = (...settings) => {
    const service = register(...settings);
    // The type checker must see each file; transpiling alone depends on nothing but the file.
    if (service.options.transpileOnly)
      remember(service, folderOf, directory, createRequire(manifest), memory);
    return service;
  };
};

function remember(service, folderOf, directory, requireOfTsNode, memory) {
  const { compile } = service;
  const texts = new Map();
  const circumstances = JSON.stringify([
    requireOfTsNode("./package.json").version,
    service.ts.version,
    whatMatters(service.config.options),
    service.options.moduleTypes,
    typeOf(directory),
  ]);
  const made = (code, file, ...rest) => {
    const folder = folderOf(file);
    if (folder === undefined) return compile(code, file, ...rest);
    const key = hash(circumstances, file, code);
    // One entry per path: the output for an older text is useless. Programs that compile the file in another way, as
    // with another tsconfig.json, have another entry, so that they can alternate.
    const entry = path.join(folder, `${hash(circumstances, file).slice(0, 32)}.js`);
    const head = `//${key}\n`;
    const stored = readOr("", entry);
    const known = stored.startsWith(head) ? stored.slice(head.length) : undefined;
    const output = known ?? compile(code, file, ...rest);
    if (known === undefined) void store(entry, head + output);
    else texts.set(file.replaceAll("\\", "/"), output);
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
  requireOfTsNode("@cspotcode/source-map-support").install({
    environment: "node",
    retrieveFile: (file) => texts.get(file.replaceAll("\\", "/")) ?? null,
  });
}

/** Removes paths from the options: projects with the same options produce the same output for a file. */
function whatMatters(options) {
  return { ...options, configFilePath: undefined, outDir: undefined };
}

function hash(...parts) {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** Returns the only field of package.json that affects the output for a file. */
function typeOf(directory) {
  try {
    return JSON.parse(readFileSync(path.join(directory, "package.json"), "utf8")).type ?? "";
  } catch {
    return ""; // There is none; a broken one fails elsewhere.
  }
}

/**
 * Writes a file atomically: other programs may read and write the same entry. Asynchronously, because the program has
 * no time to wait for hundreds of files.
 */
async function store(entry, text) {
  const written = `${entry}.${process.pid}`;
  try {
    await mkdir(path.dirname(entry), { recursive: true });
    await writeFile(written, text);
    await rename(written, entry);
  } catch {
    // Not writable: the next run transpiles again.
  }
}

function readOr(otherwise, file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return otherwise;
  }
}
