// The files in which ts-node's output is cached: one for each path and way to compile.
"use strict";
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { mkdir, rename, writeFile } = require("node:fs/promises");
const { createRequire } = require("node:module");
const path = require("node:path");
const { threadId } = require("node:worker_threads");

const NAME = "aws-callbacks-localcloud";

/**
 * @param service of ts-node, which compiles the files.
 * @param place `manifest` of ts-node, the `directory` of the program, and the folder for files `elsewhere`, if any.
 */
exports.transpiledFiles = (service, { manifest, directory, elsewhere }) => {
  const modules = `${path.sep}node_modules${path.sep}`;
  const home = manifest.slice(0, manifest.indexOf(modules) + 1);
  const folderOf = (file) =>
    file.startsWith(home) ? path.join(home, "node_modules/.cache", NAME) : elsewhere;
  const circumstances = JSON.stringify([
    createRequire(manifest)("./package.json").version,
    service.ts.version,
    whatMatters(service.config.options),
    service.options.moduleTypes,
    typeOf(directory),
  ]);
  return {
    circumstances,
    /** Returns where the output for a text of a file is cached, if it is cached at all. */
    entryOf(code, file) {
      const folder = folderOf(file);
      if (folder === undefined) return undefined;
      // One entry per path: the output for an older text is useless. Programs that compile the file in another way, as
      // with another tsconfig.json, have another entry, so that they can alternate.
      const entry = path.join(folder, `${hash(circumstances, file).slice(0, 32)}.js`);
      return { entry, head: `//${hash(circumstances, file, code)}\n` };
    },
  };
};

/** Returns the cached output; undefined if there is none for this text. */
exports.readTranspiled = ({ entry, head }) => {
  const stored = readOr("", entry);
  return stored.startsWith(head) ? stored.slice(head.length) : undefined;
};

/**
 * Writes an entry atomically: other programs may read and write the same one. Asynchronously, because the program has
 * no time to wait for hundreds of files.
 */
exports.storeTranspiled = async ({ entry, head }, output) => {
  // Two threads of a process may write the same entry at once.
  const written = `${entry}.${process.pid}.${threadId}`;
  try {
    await mkdir(path.dirname(entry), { recursive: true });
    await writeFile(written, head + output);
    await rename(written, entry);
  } catch {
    // Not writable: the next run transpiles again.
  }
};

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

function readOr(otherwise, file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return otherwise;
  }
}
