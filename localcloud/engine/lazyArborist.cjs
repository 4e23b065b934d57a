// Pulumi's SDK loads npm's package tree library at its start, only for zips of `aws.lambda.CallbackFunction`. That
// takes a quarter of a second, and adds hundreds of modules that it then searches for each value of a closure.
"use strict";
const Module = require("node:module");

const ASKED_BY = /[\\/]@pulumi[\\/]pulumi[\\/]runtime[\\/]closure[\\/]codePaths\.js$/;

/** Loads `@npmcli/arborist` only when a program first makes such a zip. */
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
