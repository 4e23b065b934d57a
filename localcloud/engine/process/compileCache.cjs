// Caches V8's compiled code of the modules that a program loads, from Node.js 22.1 on:
// https://nodejs.org/docs/latest-v22.x/api/module.html#moduleenablecompilecachecachedir
"use strict";
const { existsSync } = require("node:fs");
const { enableCompileCache } = require("node:module");
const path = require("node:path");

/** Caches in the usual place below `directory`; does nothing without installed packages there. */
exports.cacheCompilation = (directory) => {
  const installed = path.join(directory, "node_modules");
  if (existsSync(installed))
    enableCompileCache?.(path.join(installed, ".cache/aws-callbacks-localcloud/compiled"));
};
