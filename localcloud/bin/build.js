// Builds dist, which the package contains: the code in one file, the console's page, and the TypeScript declarations. Runs before packing.
"use strict";
const { execFileSync } = require("node:child_process");
const { rmSync } = require("node:fs");
const path = require("node:path");
const { bundleForPackage, packConsole } = require("./bundle");

const root = path.join(__dirname, "..");
const dist = path.join(root, "dist");

// Declarations of deleted source files must not remain in the package.
rmSync(dist, { recursive: true, force: true });
bundleForPackage(root, dist);
packConsole(root, path.join(dist, "console"));
execFileSync(
  process.execPath,
  [require.resolve("typescript/bin/tsc"), "--project", path.join(root, "tsconfig.build.json")],
  { stdio: "inherit" },
);
