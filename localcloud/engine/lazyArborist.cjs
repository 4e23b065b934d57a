// Pulumi's SDK loads npm's tree of packages at its start, for zips of `aws.lambda.CallbackFunction` alone: a quarter of
// a second, and hundreds of modules through which it then looks for each value of a closure.
"use strict";
const Module = require("node:module");

const ASKED_BY = /[\\/]@pulumi[\\/]pulumi[\\/]runtime[\\/]closure[\\/]codePaths\.js$/;

/** Loads `@npmcli/arborist` when a program first makes such a zip. */
exports.loadArboristLazily = () => {
  const load = Module._load;
  Module._load = function (request, parent, ...rest) {
    const loaded = () => load.call(this, request, parent, ...rest);
    if (request !== "@npmcli/arborist" || !ASKED_BY.test(parent?.filename ?? "")) return loaded();
    return Object.defineProperty({ __esModule: true }, "Arborist", {
      enumerable: true,
      get: () => loaded().Arborist,
    });
  };
};
