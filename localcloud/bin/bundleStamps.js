// Checks whether a bundle is still up to date: bundling again would take most of the time of a command that only starts.
"use strict";
const { readFileSync, statSync } = require("node:fs");
const path = require("node:path");

/**
 * Returns size and time of all inputs of a bundle: the files, and their folders, since a new file may take precedence
 * over one of them. Undefined if an input has changed since `started`: then the bundle may contain an older version.
 */
exports.stampsOf = (inputs, started) => {
  const all = [...new Set(inputs.flatMap((file) => [file, path.dirname(file)]))];
  const isOlder = (file) =>
    (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < started;
  return all.every(isOlder) ? all.map((file) => [file, stampOf(file)]) : undefined;
};

/** Returns the bundle that `file` describes, if none of its inputs has changed since. */
exports.upToDate = (file) => {
  const { bundle, stamps } = read(file);
  const isSame = stamps?.every(([input, stamp]) => stampOf(input) === stamp);
  return isSame && statSync(bundle, { throwIfNoEntry: false }) ? bundle : undefined;
};

function stampOf(file) {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? `${stat.size} ${stat.mtimeMs}` : "absent";
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}
