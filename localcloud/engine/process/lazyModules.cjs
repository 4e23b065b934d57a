// Modules that a library loads at its start, and almost no program uses.
"use strict";
const Module = require("node:module");

const LAZY = [
  {
    // Pulumi's SDK uses it only for zips of `aws.lambda.CallbackFunction`. It takes a quarter of a second, and adds
    // hundreds of modules that the SDK then searches for each value of a closure.
    request: "@npmcli/arborist",
    askedBy: /[\\/]@pulumi[\\/]pulumi[\\/]runtime[\\/]closure[\\/]codePaths\.js$/,
    names: ["Arborist"],
  },
  {
    // ts-node uses it only for its interactive mode. It loads `domain`, which replaces `emit` of all event emitters:
    // every event of a process then costs more.
    request: "repl",
    askedBy: /[\\/]ts-node[\\/]dist[\\/]repl\.js$/,
    names: ["Recoverable", "start"],
  },
];

/** Loads these modules only when something first reads one of their members. */
exports.loadLazily = () => {
  const load = Module._load;
  Module._load = function (request, parent, ...rest) {
    const loaded = () => load.call(this, request, parent, ...rest);
    const lazy = LAZY.find((one) => one.request === request);
    return lazy?.askedBy.test(parent?.filename ?? "") ? reading(lazy.names, loaded) : loaded();
  };
};

/** Returns an object whose members are those of what `loaded` returns. */
function reading(names, loaded) {
  const members = names.map((name) => [name, { enumerable: true, get: () => loaded()[name] }]);
  // TypeScript's helpers for imports would read all members of anything else.
  return Object.defineProperties({ __esModule: true }, Object.fromEntries(members));
}
