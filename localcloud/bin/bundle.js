// Bundles the TypeScript of this package into plain JavaScript; every npm dependency stays outside.
"use strict";
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const { stampsOf, upToDate } = require("./bundleStamps");

/** In the repository: what the command line needs, as `index.js` in `outdir`. Calls `onBuild` before it takes time. */
exports.bundleForCommandLine = (root, outdir, onBuild) =>
  buildIfChanged(root, outdir, "index", path.join(root, "cli/main.ts"), {}, onBuild);

/** In the repository: the provider plugin of the Pulumi CLI, as `plugin.js` in `outdir`. */
exports.bundleForPlugin = (root, outdir) =>
  buildIfChanged(root, outdir, "plugin", path.join(root, "provider/plugin/main.ts"));

/** In the repository: the console's page, as `index.html`, `app.js` and `app.css` in `outdir`. */
exports.bundleForConsole = (root, outdir) => {
  const bundle = buildIfChanged(root, outdir, "app", path.join(root, "console/app.tsx"), PAGE);
  copyPage(root, outdir);
  return bundle;
};

/** For the tarball: the console's page. */
exports.packConsole = (root, outdir) => {
  build(root, outdir, { ...PAGE, entryPoints: { app: path.join(root, "console/app.tsx") } });
  copyPage(root, outdir);
};

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

/** For browsers: everything in it, nothing from elsewhere. */
const PAGE = {
  packages: "bundle",
  platform: "browser",
  target: "es2023",
  format: "esm",
  minify: true,
  sourcemap: false,
  jsx: "automatic",
  jsxImportSource: "preact",
};

function copyPage(root, outdir) {
  replaceFile(path.join(outdir, "index.html"), readFileSync(path.join(root, "console/index.html")));
}

function buildIfChanged(root, outdir, name, entry, options = {}, onBuild = () => undefined) {
  const notes = path.join(outdir, `${name}.json`);
  const kept = upToDate(notes);
  if (kept) return kept;
  onBuild();
  const started = Date.now();
  const { bundle, inputs } = build(root, outdir, { ...options, entryPoints: { [name]: entry } });
  // How to bundle is an input too.
  const circumstances = [__filename, require.resolve("esbuild/package.json")];
  const stamps = stampsOf([...inputs, ...circumstances], started);
  if (stamps) replaceFile(notes, JSON.stringify({ bundle, stamps }));
  return bundle;
}

function build(root, outdir, options) {
  const { outputFiles, metafile } = require("esbuild").buildSync({
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
    metafile: true,
    write: false,
  });
  // Its process would otherwise stay for as long as ours.
  require("esbuild").stop();
  mkdirSync(outdir, { recursive: true });
  for (const { path: file, contents } of outputFiles) replaceFile(file, contents);
  return {
    bundle: outputFiles.find(({ path: file }) => file.endsWith(".js")).path,
    inputs: Object.keys(metafile.inputs).map((input) => path.resolve(root, input)),
  };
}

/** At once and whole: the engine starts several plugins at the same time, and each may be reading. */
function replaceFile(file, contents) {
  const written = `${file}.${process.pid}`;
  writeFileSync(written, contents);
  renameSync(written, file);
}
