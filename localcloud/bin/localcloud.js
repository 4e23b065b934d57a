#!/usr/bin/env node
// The installed package runs its dist; in the repository the TypeScript is bundled first, if it has changed.
"use strict";
const path = require("node:path");
const { existsSync } = require("node:fs");

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
const root = path.join(__dirname, "..");
const entry = existsSync(path.join(root, "cli", "main.ts"))
  ? require("./bundle").bundleForCommandLine(root, path.join(root, ".cache"), announce)
  : path.join(root, "dist", "index.js");

/** Tells what the developer waits for; in no other command, whose output another program may read. */
function announce() {
  if (process.argv[2] === "up")
    process.stderr.write("localcloud is compiled, once after each change of its sources ...\n");
}

require(entry)
  .main(process.argv.slice(2))
  .then(
    (code) => {
      process.exitCode = code;
    },
    (error) => {
      console.error(`localcloud: ${error instanceof Error ? error.stack : error}`);
      process.exitCode = 1;
    },
  );
