// Loaded into the program's process before the Pulumi launcher.
"use strict";
const util = require("node:util");
const { cacheCompilation } = require("./compileCache.cjs");
const { leaveOutDebugTexts } = require("./debugTexts.cjs");
const { loadArboristLazily } = require("./lazyArborist.cjs");
const { cacheTranspilation } = require("./transpileCache.cjs");
const { leaveUnmapped } = require("./unmappedStacks.cjs");

cacheCompilation(process.cwd());
cacheTranspilation(process.cwd());
leaveUnmapped();
leaveOutDebugTexts();
loadArboristLazily();

// Node 20's coloured inspection of an error never ends on a stack line such as
// `node_modules/@pulumi/resource.ts:1`, which the SDK's source maps produce: it looks for a package
// name behind the scope until the text is as long as a text can be (half a minute of work).
const { inspect } = util;
const plainErrors = (value, options, ...rest) =>
  value instanceof Error && typeof options === "object" && options !== null
    ? inspect(value, { ...options, colors: false })
    : inspect(value, options, ...rest);
util.inspect = Object.defineProperties(plainErrors, Object.getOwnPropertyDescriptors(inspect));

// When the local cloud is killed, what it deployed to is gone: a program that waits for something else
// would stay for ever. The channel alone must not keep the program running either.
process.once("disconnect", () => process.exit(1));
process.channel?.unref();
