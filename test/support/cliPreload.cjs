// Loaded into the Node processes of the Pulumi CLI: its programs remember what ts-node made of them from one command of
// a test to the next.
"use strict";
const { cacheTranspilation } = require("../../localcloud/engine/transpileCache.cjs");

// Plugins and whatever else runs on Node have nothing to transpile.
if (/@pulumi[\\/]pulumi[\\/]cmd[\\/]run/.test(process.argv[1] ?? ""))
  cacheTranspilation(process.cwd(), process.env.TRANSPILED);
