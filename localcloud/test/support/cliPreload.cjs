// Loaded into the Node processes of the Pulumi CLI, of which tests start hundreds: caches ts-node's output of their
// programs, and skips work of which nobody sees the result, as the local cloud's own engine does. What a program does
// with Outputs stays the SDK's own here: only these tests prove it.
"use strict";
const { existsSync, readFileSync } = require("node:fs");
const path = require("node:path");
const { cacheCode } = require("./codeCache.cjs");
const { cacheCompilation } = require("../../engine/process/compileCache.cjs");
const { leaveOutDebugTexts } = require("../../engine/process/debugTexts.cjs");
const { whenLauncherLoads } = require("../../engine/process/launcherLoad.cjs");
const { loadLazily } = require("../../engine/process/lazyModules.cjs");
const { cacheTranspilation } = require("../../engine/process/transpileCache.cjs");
const { leaveUnmapped } = require("../../engine/process/unmappedStacks.cjs");

const repository = path.join(__dirname, "../../..");
const script = process.argv[1] ?? "";
const runsProgram = /@pulumi[\\/]pulumi[\\/]cmd[\\/]run/.test(script);
const runsPolicies = path.basename(script) === "run-offline";

// Pulumi compiles with the options of this file, or with its own.
const options = existsSync("tsconfig.json") ? readFileSync("tsconfig.json", "utf8") : "";
if (runsProgram) cacheCode(repository, `program ${options}`);
if (runsPolicies) cacheCode(repository, "policies");
if (path.basename(script) === "pulumi-resource-aws") cacheCode(repository, "provider");

// Plugins and other Node processes have nothing to transpile.
if (runsProgram || runsPolicies) {
  cacheCompilation(repository);
  // Before the cache, which loads ts-node.
  loadLazily();
  cacheTranspilation(runsProgram ? process.cwd() : repository, process.env.TRANSPILED);
  leaveUnmapped();
}
if (runsProgram) whenLauncherLoads(leaveOutDebugTexts);
