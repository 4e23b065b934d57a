// Bundles the TypeScript of this package into plain JavaScript; every npm dependency stays outside.
"use strict";
const path = require("node:path");

/** Writes cli.js and index.js into `outdir` and returns it. */
exports.bundle = function bundle(root, outdir) {
  require("esbuild").buildSync({
    absWorkingDir: root,
    entryPoints: { cli: path.join(root, "cli/main.ts"), index: path.join(root, "index.ts") },
    outdir,
    bundle: true,
    splitting: false,
    packages: "external",
    platform: "node",
    target: "node20",
    format: "cjs",
    sourcemap: true,
    logLevel: "warning",
    tsconfigRaw: { compilerOptions: { target: "ES2022", useDefineForClassFields: false } },
  });
  return outdir;
};
