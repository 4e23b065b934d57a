// Builds what the package contains and the repository does not: dist, with the code in one file, the console's page and
// the TypeScript declarations; and docs, the pages that messages of the code name. Runs before packing.
"use strict";
const { execFileSync } = require("node:child_process");
const { cpSync, rmSync, statSync } = require("node:fs");
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

const docs = path.join(root, "docs");
rmSync(docs, { recursive: true, force: true });
cpSync(path.join(root, "..", "docs"), docs, {
  recursive: true,
  filter: (file) => statSync(file).isDirectory() || file.endsWith(".md"),
});
