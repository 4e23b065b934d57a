// Loaded into the program's process before the Pulumi launcher.
"use strict";
const util = require("node:util");
const { cacheCompilation } = require("./compileCache.cjs");
const { enableDebuggerOnDemand } = require("./debuggerOnDemand.cjs");
const { leaveOutDebugTexts } = require("./debugTexts.cjs");
const { whenLauncherLoads } = require("./launcherLoad.cjs");
const { loadLazily } = require("./lazyModules.cjs");
const { createOutputsLazily } = require("./lazyOutputs.cjs");
const { cacheTranspilation } = require("./transpileCache.cjs");
const { leaveUnmapped } = require("./unmappedStacks.cjs");

cacheCompilation(process.cwd());
// Before the cache, which loads ts-node.
loadLazily();
cacheTranspilation(process.cwd());
leaveUnmapped();
whenLauncherLoads((sdk) => {
  leaveOutDebugTexts(sdk);
  createOutputsLazily(sdk);
  enableDebuggerOnDemand(sdk);
});

// Node 20's coloured inspection of an error practically hangs on a stack line such as
// `node_modules/@pulumi/resource.ts:1`, which the SDK's source maps produce: it looks for a package name after the
// scope until the text reaches the maximum length of a string (half a minute of work).
const { inspect } = util;
const plainErrors = (value, options, ...rest) =>
  value instanceof Error && typeof options === "object" && options !== null
    ? inspect(value, { ...options, colors: false })
    : inspect(value, options, ...rest);
util.inspect = Object.defineProperties(plainErrors, Object.getOwnPropertyDescriptors(inspect));

// When the local cloud is killed, the program's deployment target no longer exists: a program that waits for something
// else would run forever. But the channel must not keep the program running.
process.once("disconnect", () => process.exit(1));
process.channel?.unref();
