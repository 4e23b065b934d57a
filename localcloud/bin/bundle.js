// Bundles the TypeScript of this package into plain JavaScript; every npm dependency stays outside.
"use strict";
const { mkdirSync, renameSync, writeFileSync } = require("node:fs");
const path = require("node:path");

/** In the repository: what the command line needs, as `index.js` in `outdir`. */
exports.bundleForCommandLine = (root, outdir) =>
  build(root, outdir, { entryPoints: { index: path.join(root, "cli/main.ts") } });

/** In the repository: the provider plugin of the Pulumi CLI, as `plugin.js` in `outdir`. */
exports.bundleForPlugin = (root, outdir) =>
  build(root, outdir, { entryPoints: { plugin: path.join(root, "provider/plugin/main.ts") } });

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
  const { outputFiles } = require("esbuild").buildSync({
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
    write: false,
  });
  // Its process would otherwise stay for as long as ours.
  require("esbuild").stop();
  mkdirSync(outdir, { recursive: true });
  for (const { path: file, contents } of outputFiles) replaceFile(file, contents);
  return outputFiles.find(({ path: file }) => file.endsWith(".js")).path;
}

/** At once and whole: the engine starts several plugins at the same time, and each may be reading. */
function replaceFile(file, contents) {
  const written = `${file}.${process.pid}`;
  writeFileSync(written, contents);
  renameSync(written, file);
}
