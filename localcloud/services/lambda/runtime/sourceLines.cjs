// Leads from the lines of deployed code to those of its sources, for stack traces and for a debugger. The code itself is
// the one that ships: its maps are beside it, by the hash of each file. Without a map all stays as it is.
"use strict";
const { createHash } = require("node:crypto");
const { existsSync, readFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

module.exports = { inspectOn, sourceLines };

/**
 * `mapped` writes places of the sources into a text; `ownFrames` leaves out what called the code.
 *
 * @param greeting with the folder of the maps, `sourceMaps`.
 */
function sourceLines({ sourceMaps }, taskRoot) {
  if (sourceMaps === undefined) return { mapped: (text) => text, ownFrames: (lines) => lines };
  const maps = new Map();
  const mapOf = (file) => {
    if (!maps.has(file)) maps.set(file, readMap(file, sourceMaps));
    return maps.get(file);
  };
  // As V8 writes a place; with `file://` in ES modules.
  const place = new RegExp(
    `(?:file://)?(${taskRoot.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}/[^\\s:()"]+):(\\d+):(\\d+)`,
    "g",
  );
  const mapped = (text) => {
    if (!text.includes(taskRoot)) return text;
    try {
      return withPlaces(text);
    } catch {
      return text; // The handler has replaced what this is made of.
    }
  };
  const withPlaces = (text) =>
    text.replace(place, (whole, file, line, column) => {
      const found = mapOf(file)?.findEntry(line - 1, column - 1);
      if (!found?.originalSource) return whole;
      return `${found.originalSource}:${found.originalLine + 1}:${found.originalColumn + 1}`;
    });
  const ownFrames = (lines) => {
    const first = lines.findIndex((line) => line.includes(__dirname));
    return first > 0 ? lines.slice(0, first) : lines;
  };
  return { mapped, ownFrames };
}

/** Opens the port for a debugger, and shows it the sources of each file that is loaded from now on. */
function inspectOn({ inspectPort, sourceMaps }, taskRoot) {
  if (inspectPort === undefined) return;
  try {
    require("node:inspector").open(inspectPort, "127.0.0.1");
  } catch {
    return; // Another process of the same function has it.
  }
  const { _compile } = Module.prototype;
  Module.prototype._compile = function (content, filename, ...more) {
    const file = filename.startsWith(taskRoot) && mapFile(content, sourceMaps);
    if (!file) return _compile.call(this, content, filename, ...more);
    const map = readFileSync(file).toString("base64");
    const comment = `\n//# sourceMappingURL=data:application/json;base64,${map}`;
    return _compile.call(this, content + comment, filename, ...more);
  };
}

function readMap(file, folder) {
  try {
    const found = mapFile(readFileSync(file), folder);
    return found && new Module.SourceMap(JSON.parse(readFileSync(found, "utf8")));
  } catch {
    return undefined; // The handler may have removed its own code.
  }
}

function mapFile(content, folder) {
  if (folder === undefined) return undefined;
  const file = path.join(folder, `${createHash("sha256").update(content).digest("hex")}.map`);
  return existsSync(file) ? file : undefined;
}
