// Bundles the TypeScript of this package into plain JavaScript, without its npm dependencies.
"use strict";
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const { stampsOf, upToDate } = require("./bundleStamps");

/**
 * Bundles the command line for use in the repository, as `index.js` in `outdir`. Calls `onBuild` before a build, which
 * takes time.
 */
exports.bundleForCommandLine = (root, outdir, onBuild) =>
  buildIfChanged(root, outdir, "index", path.join(root, "cli/main.ts"), {}, onBuild);

/** Bundles the Pulumi CLI's provider plugin for use in the repository, as `plugin.js` in `outdir`. */
exports.bundleForPlugin = (root, outdir) =>
  buildIfChanged(root, outdir, "plugin", path.join(root, "provider/plugin/main.ts"));

/** Bundles the console's page for use in the repository, as `index.html`, `app.js` and `app.css` in `outdir`. */
exports.bundleForConsole = (root, outdir) => {
  const bundle = buildIfChanged(root, outdir, "app", path.join(root, "console/app.tsx"), PAGE);
  copyPage(root, outdir);
  return bundle;
};

/** Builds the console's page for the package. */
exports.packConsole = (root, outdir) => {
  build(root, outdir, { ...PAGE, entryPoints: { app: path.join(root, "console/app.tsx") } });
  copyPage(root, outdir);
};

/** Builds the code for the package: one file, so that the test kit and the API share their classes. */
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

/** Options of a bundle for browsers, which includes its npm dependencies. */
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
  // The bundler and its options determine the result too.
  const bundler = [__filename, require.resolve("esbuild/package.json")];
  const stamps = stampsOf([...inputs, ...bundler], started);
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
  // Ends esbuild's own process, which would otherwise run as long as this one.
  require("esbuild").stop();
  mkdirSync(outdir, { recursive: true });
  for (const { path: file, contents, text } of outputFiles)
    replaceFile(file, file.endsWith(".js") ? loadClientsLazily(text) : contents);
  return {
    bundle: outputFiles.find(({ path: file }) => file.endsWith(".js")).path,
    inputs: Object.keys(metafile.inputs).map((input) => path.resolve(root, input)),
  };
}

/** esbuild's line for the imports of one of the SDK's clients, whose members it reads where they are used. */
const CLIENT = /^var (import_\w+) = require\("(@aws-sdk\/client-[\w-]+)"\);$/gm;

/**
 * Lets a bundle load each of the SDK's clients when something first reads one of its members: each takes 10 to 20 ms, and
 * most processes use few of them. Changes no line, because source maps refer to them.
 */
function loadClientsLazily(text) {
  return text.replace(
    CLIENT,
    (_line, name, client) =>
      `var ${name} = new Proxy({}, { get: (_, member) => require("${client}")[member] });`,
  );
}

/** Replaces a file atomically: the engine starts several plugins at the same time, and each may be reading the file. */
function replaceFile(file, contents) {
  const written = `${file}.${process.pid}`;
  writeFileSync(written, contents);
  renameSync(written, file);
}
