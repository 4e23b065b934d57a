// The thread of transpileAhead.cjs: begins with the last import of the program and goes backwards, so that it meets the
// program, which begins with the first.
"use strict";
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");
const { parentPort, receiveMessageOnPort, workerData } = require("node:worker_threads");
const { readTranspiled, storeTranspiled, transpiledFiles } = require("./transpiledFiles.cjs");

async function transpileBackwards({ main, settings, place }) {
  const service = createRequire(place.manifest)("ts-node").create(...settings);
  const { entryOf } = transpiledFiles(service, place);
  const told = new Map();
  const met = new Set([main]);
  const waiting = [main];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const code = readFileSync(file, "utf8");
    const entry = entryOf(code, file);
    if (entry === undefined) continue;
    for (const { file: done, output } of messages()) told.set(done, output);
    const known = told.get(file) ?? readTranspiled(entry);
    const output = known ?? service.compile(code, file);
    // Now, so that the program finds it.
    if (known === undefined) await storeTranspiled(entry, output);
    for (const imported of importsOf(output, file))
      if (!met.has(imported)) {
        met.add(imported);
        waiting.push(imported);
      }
  }
}

/** Returns what the program has told so far. */
function* messages() {
  for (let next = receiveMessageOnPort(parentPort); next; next = receiveMessageOnPort(parentPort))
    yield next.message;
}

/** Returns the TypeScript files that a file imports by relative paths. */
function importsOf(output, file) {
  const required = createRequire(file);
  return [...output.matchAll(/\brequire\("(\.\.?\/[^"]*)"\)/g)].flatMap(([, request]) => {
    const place = path.resolve(path.dirname(file), request);
    for (const candidate of [`${place}.ts`, `${place}.tsx`, path.join(place, "index.ts")])
      try {
        return [required.resolve(candidate)];
      } catch {
        continue;
      }
    return [];
  });
}

// The program transpiles what is missing, and reports what is wrong.
void transpileBackwards(workerData).catch(() => undefined);
