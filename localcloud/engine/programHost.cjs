// One process that runs Pulumi programs one after another. The packages stay loaded, which is most of a run's work; the
// program's own files are loaded anew, and what a run changed in the process is taken back at its end.
"use strict";
// First: it prepares a place for what is loaded next.
const { cleanSlate } = require("./cleanSlate.cjs");
require("./programPreload.cjs");
const { createRequire } = require("node:module");
const { untilLoopIsEmpty } = require("./emptyLoop.cjs");
const { endWithParent } = require("./endWithParent.cjs");
const { cacheTranspilation } = require("./transpileCache.cjs");

const [launcher] = process.argv.slice(2);
const sdk = createRequire(launcher);
// First, as the launcher does: it has to be there before anything else of the SDK.
sdk("./instrumentation");
const settings = sdk("../../runtime/settings");
const state = sdk("../../runtime/state");
const debuggable = sdk("../../runtime/debuggable");
const log = sdk("../../log");
const v8Hooks = sdk("../../runtime/closure/v8Hooks");

const write = { stdout: process.stdout.write, stderr: process.stderr.write };
let ownEsModule = false;

// The SDK makes a new one where there is none; the types that packages have registered with the old one stay.
let store;
Object.defineProperty(global, "globalStore", {
  configurable: false,
  get: () => store,
  set: (made) => (store = Object.assign(made, slate.registrations)),
});
const slate = cleanSlate();

endWithParent();
void watchEsModules().then(() => process.on("message", (run) => void start(run)));

/** @param run `argv` of the launcher, `env`, `cwd`, and the `mark` that tells the end of the run on both streams. */
async function start({ argv, env, cwd, mark }) {
  settings.resetOptions("", "", -1, "", "", false, "");
  store = undefined;
  slate.begin();
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  process.chdir(cwd);
  cacheTranspilation(cwd);
  process.argv = [process.argv[0], launcher, ...argv];
  const ended = untilLoopIsEmpty();
  require(launcher);
  await ended;
  process.emit("exit", process.exitCode ?? 0);
  reportLeaks();
  const code = process.exitCode ?? 0;
  process.exitCode = undefined;
  const queueIsFree = await isLogFree();
  const clean = slate.restore();
  const reusable = clean && queueIsFree && !ownEsModule && enoughMemory();
  await Promise.all([
    print("stderr", `\0${mark}\n`),
    print("stdout", `\0${mark} ${JSON.stringify({ code, reusable })}\n`),
  ]);
}

function print(stream, text) {
  return new Promise((resolve) => write[stream].call(process[stream], text, resolve));
}

/** The SDK does this when the process ends, for the first run alone. */
function reportLeaks() {
  if (process.exitCode || log.hasErrors() || state.getStore().terminated) return;
  const [leaks, message] = debuggable.leakedPromises();
  if (leaks.size === 0) return;
  if (!debuggable.debugPromiseLeaks) console.error(message);
  process.exitCode = 1;
}

/** Lines wait for the one before, which after a failure may wait for a resource that never comes. */
async function isLogFree() {
  let free = false;
  const engine = { log: (_request, sent) => sent() };
  state.withLocalStorage(() => {
    const { options } = state.getStore().settings;
    state.getStore().settings.engine = engine;
    options.engineAddr = "mock";
    void log.info("").then(() => (free = true));
  });
  await new Promise(setImmediate);
  return free;
}

/** Nobody can take an ES module out of Node.js again: a program with one of its own needs another process. */
async function watchEsModules() {
  const session = await v8Hooks.getSessionAsync();
  session.on("Debugger.scriptParsed", ({ params }) => {
    if (params.isModule && params.url.startsWith("file:") && !params.url.includes("/node_modules/"))
      ownEsModule = true;
  });
}

/** What a run leaves in V8's and the inspector's hands is not given back. */
function enoughMemory() {
  return process.memoryUsage().rss < 1024 ** 3;
}
