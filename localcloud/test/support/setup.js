// Loads TypeScript like Pulumi's own launcher (ts-node, CommonJS): tests serialize closures, so they must see the
// same text that ships. `npm run check` checks the types.
"use strict";
const Module = require("node:module");
const path = require("node:path");
require("./leftProcesses.js");
const { cacheCode } = require("./codeCache.cjs");
const { cacheCompilation } = require("../../engine/process/compileCache.cjs");
const { loadLazily } = require("../../engine/process/lazyModules.cjs");
const { createOutputsLazily } = require("../../engine/process/lazyOutputs.cjs");
const { cacheTranspilation } = require("../../engine/process/transpileCache.cjs");
const { leaveUnmapped } = require("../../engine/process/unmappedStacks.cjs");

process.env.TS_NODE_TRANSPILE_ONLY = "true";
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
// Node.js 20 reads these certificates at each start, which triples its time; no test needs them.
delete process.env.NODE_EXTRA_CA_CERTS;
const repository = path.join(__dirname, "../../..");
// These folders do not change while the tests run, so programs need not load them again, as if they were packages.
process.env.LOCALCLOUD_KEPT_FOLDERS = ["components", "callbacks"]
  .map((folder) => path.join(repository, folder))
  .join(path.delimiter);
cacheCode(repository, "tests");
cacheCompilation(repository);
// Before the cache, which loads ts-node.
loadLazily();
cacheTranspilation(repository);
leaveUnmapped();
whenLoaded("@pulumi/pulumi", () =>
  // As in a program that the local cloud runs; it halves the time of tests that construct graphs.
  createOutputsLazily((name) => require(name.replace("../..", "@pulumi/pulumi"))),
);
// Properties try the same inputs in each run, so that a red run is caused by a change; `FUZZ=1` tries new ones.
if (!process.env.FUZZ) whenLoaded("fast-check", (fc) => fc.configureGlobal({ seed: 1 }));
require("ts-node/register/transpile-only");

// `npm run test:restarts`: the state of every cloud is saved and restored again and again.
if (process.env.TEST_RESTARTS) require("./restartClouds").restartAtAdvances();
if (process.env.TEST_QUICK) require("./refuseProcesses.js");

/** Calls `change` once, when the first file loads the package: many tests need none of it. */
function whenLoaded(name, change) {
  const load = Module._load;
  let isLoaded = false;
  Module._load = function (request, ...rest) {
    const loaded = load.call(this, request, ...rest);
    if (isLoaded || request !== name) return loaded;
    isLoaded = true;
    change(loaded);
    return loaded;
  };
}
