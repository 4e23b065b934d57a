// Loads TypeScript like Pulumi's own launcher (ts-node, CommonJS): tests serialize closures, so they must see the
// same text that ships. `npm run check` checks the types.
"use strict";
const path = require("node:path");
require("./leftProcesses.js");
const { cacheCode } = require("./codeCache.cjs");
const { cacheCompilation } = require("../../engine/compileCache.cjs");
const { loadArboristLazily } = require("../../engine/lazyArborist.cjs");
const { cacheTranspilation } = require("../../engine/transpileCache.cjs");
const { leaveUnmapped } = require("../../engine/unmappedStacks.cjs");

process.env.TS_NODE_TRANSPILE_ONLY = "true";
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
const repository = path.join(__dirname, "../../..");
// These folders do not change while the tests run, so programs need not load them again, as if they were packages.
process.env.LOCALCLOUD_KEPT_FOLDERS = ["components", "callbacks"]
  .map((folder) => path.join(repository, folder))
  .join(path.delimiter);
cacheCode(repository);
cacheCompilation(repository);
cacheTranspilation(repository);
loadArboristLazily();
leaveUnmapped();
require("ts-node/register/transpile-only");

if (process.env.TEST_QUICK) require("./refuseProcesses.js");
