// Checks whether a bundle is still up to date: bundling again would take most of the time of a command that only starts.
"use strict";
const { readFileSync, statSync } = require("node:fs");
const path = require("node:path");

/**
 * Size and time of all that went into a bundle: files, and their folders, where another file could take the place of one.
 * Undefined when one has changed since `started`: the bundle may have been made of what was there before.
 */
exports.stampsOf = (inputs, started) => {
  const all = [...new Set(inputs.flatMap((file) => [file, path.dirname(file)]))];
  const isOlder = (file) =>
    (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < started;
  return all.every(isOlder) ? all.map((file) => [file, stampOf(file)]) : undefined;
};

/** The bundle that was noted in `file`, if nothing of it has changed since. */
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
