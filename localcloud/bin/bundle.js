// Bundles the TypeScript of this package into plain JavaScript; every npm dependency stays outside.
"use strict";
const path = require("node:path");

/** In the repository: what the command line needs, as `index.js` in `outdir`. */
exports.bundleForCommandLine = (root, outdir) =>
  build(root, outdir, { entryPoints: { index: path.join(root, "cli/main.ts") } });

/** For the tarball: all of it in one file, so that the test kit and the API are the same classes. */
exports.bundleForPackage = (root, outdir) =>
  build(root, outdir, {
    stdin: {
      contents: `export * from "./index"; export * as testing from "./testing/index";`,
      resolveDir: root,
      sourcefile: "package.ts",
      loader: "ts",
    },
    entryNames: "index",
    sourcesContent: false,
  });

function build(root, outdir, options) {
  require("esbuild").buildSync({
    absWorkingDir: root,
    outdir,
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
    format: "cjs",
    sourcemap: true,
    logLevel: "warning",
    tsconfigRaw: { compilerOptions: { target: "ES2022", useDefineForClassFields: false } },
    ...options,
  });
  return path.join(outdir, "index.js");
}
