#!/usr/bin/env node
// The installed package runs its compiled dist; in the repository ts-node compiles the TypeScript at run time.
"use strict";
const { existsSync } = require("node:fs");
const path = require("node:path");

if (existsSync(path.join(__dirname, "cli.ts"))) {
  process.env.TS_NODE_TRANSPILE_ONLY ??= "true";
  process.env.TS_NODE_PROJECT ??= path.join(__dirname, "../tsconfig.json");
  require("ts-node/register/transpile-only");
  require("./cli.ts");
} else require("../dist/commands/cli.js");
