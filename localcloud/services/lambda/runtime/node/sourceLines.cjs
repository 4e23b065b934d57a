// Maps lines of deployed code to lines of its sources, for stack traces and for a debugger. The deployed code itself
// is unchanged: its source maps are stored beside it, named by the hash of each file. Without a map, places stay
// unchanged.
"use strict";
const { createHash } = require("node:crypto");
const { existsSync, readFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

module.exports = { inspectOn, sourceLines };

/**
 * Returns two functions: `mapped` replaces places in a text by places in the sources; `ownFrames` removes the stack
 * frames above the function's code.
 *
 * @param greeting with the folder of the source maps, `sourceMaps`.
 */
function sourceLines({ sourceMaps }, taskRoot) {
  if (sourceMaps === undefined) return { mapped: (text) => text, ownFrames: (lines) => lines };
  const maps = new Map();
  const mapOf = (file) => {
    if (!maps.has(file)) maps.set(file, readMap(file, sourceMaps));
    return maps.get(file);
  };
  // The format in which V8 writes a place; in ES modules with `file://`.
  const place = new RegExp(
    `(?:file://)?(${taskRoot.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}/[^\\s:()"]+):(\\d+):(\\d+)`,
    "g",
  );
  const mapped = (text) => {
    if (!text.includes(taskRoot)) return text;
    try {
      return withPlaces(text);
    } catch {
      return text; // The handler has replaced a built-in that this needs.
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

/** Opens the debugger's port, and sends it the source map of each file that is loaded from now on. */
function inspectOn({ inspectPort, sourceMaps }, taskRoot) {
  if (inspectPort === undefined) return;
  try {
    require("node:inspector").open(inspectPort, "127.0.0.1");
  } catch {
    return; // Another process of the same function uses the port.
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
    return undefined; // The handler may have deleted its own code.
  }
}

function mapFile(content, folder) {
  if (folder === undefined) return undefined;
  const file = path.join(folder, `${createHash("sha256").update(content).digest("hex")}.map`);
  return existsSync(file) ? file : undefined;
}
