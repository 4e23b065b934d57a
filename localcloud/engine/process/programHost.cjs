// One process that runs Pulumi programs one after another. The packages stay loaded, which saves most of a run's work;
// the program's own files are loaded again, and a run's changes to the process are reverted at its end.
"use strict";
// First: it prepares the process for everything that is loaded next.
const { cleanSlate, isOfPackage } = require("./cleanSlate.cjs");
require("./programPreload.cjs");
const { Session } = require("node:inspector");
const { createRequire } = require("node:module");
const { getHeapStatistics, setFlagsFromString } = require("node:v8");
const { runInNewContext } = require("node:vm");
const { callThroughChannel } = require("./channelClient.cjs");
const { keepCompiled } = require("./compiledModules.cjs");
const { untilLoopIsEmpty } = require("./emptyLoop.cjs");
const { endWithParent } = require("./endWithParent.cjs");
const { orderRegistrations } = require("./registrationOrder.cjs");
const { cacheTranspilation } = require("./transpileCache.cjs");

const [launcher] = process.argv.slice(2);
const sdk = createRequire(launcher);
// First, like the launcher does: it must be loaded before anything else of the SDK.
sdk("./instrumentation");
// Before any code that stores the SDK's clients.
const calls = callThroughChannel(sdk);
const order = orderRegistrations(sdk);
const settings = sdk("../../runtime/settings");
const state = sdk("../../runtime/state");
const debuggable = sdk("../../runtime/debuggable");
const log = sdk("../../log");

const write = { stdout: process.stdout.write, stderr: process.stderr.write };

// The SDK creates a new store if there is none; types that packages registered with the old one stay.
let store;
Object.defineProperty(global, "globalStore", {
  configurable: false,
  get: () => store,
  set: (made) => (store = Object.assign(made, slate.registrations)),
});
// Caches for values that are the same in every run; created before the process state is recorded.
const transpiled = new Map();
const [scripts, files] = [new Map(), new Map()];
const kept = { scripts, files };
global[Symbol.for("aws-callbacks.kept")] = new Map(Object.entries(kept));
const compiled = keepCompiled((file) => !isOfPackage(file), scripts, files);
const slate = cleanSlate();

leaveOutOrigins();
endWithParent();
process.on("message", (message) => ("call" in message ? calls.hear(message) : void start(message)));

/**
 * @param run `argv` of the launcher, `env`, `cwd`, types and names of the resources to describe `first`, and the `mark`
 *   that shows the end of the run on both streams.
 */
async function start({ argv, env, cwd, first, mark }) {
  settings.resetOptions("", "", -1, "", "", false, "");
  store = undefined;
  slate.begin();
  order.begin(first);
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  process.chdir(cwd);
  cacheTranspilation(cwd, undefined, transpiled);
  process.argv = [process.argv[0], launcher, ...argv];
  const ended = untilLoopIsEmpty();
  require(launcher);
  await ended;
  process.emit("exit", process.exitCode ?? 0);
  reportLeaks();
  const code = process.exitCode ?? 0;
  process.exitCode = undefined;
  const queueIsFree = await isLogFree();
  calls.endRun();
  order.endRun();
  const clean = slate.restore();
  compiled.endRun();
  const reusable = clean && queueIsFree && !hasOwnEsModule() && enoughMemory();
  await Promise.all([
    print("stderr", `\0${mark}\n`),
    print("stdout", `\0${mark} ${JSON.stringify({ code, reusable })}\n`),
  ]);
  // Now, while nobody waits.
  setImmediate(collectGarbage);
}

/** Bytes of garbage that are worth a collection. */
const MUCH_GARBAGE = 128 * 1024 ** 2;
const collect = garbageCollector();
let afterCollection = 0;

/** V8 by itself would keep the garbage of several runs of a large program, more memory than a process may use. */
function collectGarbage() {
  const usedBytes = () => getHeapStatistics().used_heap_size;
  if (usedBytes() - afterCollection < MUCH_GARBAGE) return;
  collect();
  afterCollection = usedBytes();
}

function garbageCollector() {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}

function print(stream, text) {
  return new Promise((resolve) => write[stream].call(process[stream], text, resolve));
}

/**
 * Skips the stack that the SDK records for each promise, which it shows only on request. Otherwise it only needs to
 * know which promises are pending.
 */
function leaveOutOrigins() {
  if (debuggable.debugPromiseLeaks) return;
  debuggable.debuggablePromise = (promise) => {
    const store = state.getStore();
    store.leakCandidates.add(promise);
    const settled = () => store.leakCandidates.delete(promise);
    return promise.then(
      (value) => {
        settled();
        return value;
      },
      (error) => {
        settled();
        error.promise = promise;
        throw error;
      },
    );
  };
}

/** Reports leaked promises. The SDK does this when the process ends, so only for the first run. */
function reportLeaks() {
  if (process.exitCode || log.hasErrors() || state.getStore().terminated) return;
  const [leaks, message] = debuggable.leakedPromises();
  if (leaks.size === 0) return;
  if (!debuggable.debugPromiseLeaks) console.error(message);
  process.exitCode = 1;
}

/** Checks that no log line is waiting: each waits for the one before, which after a failure may never be sent. */
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
  // After its first use Node.js tracks every promise for it, which later runs do not need.
  global.asyncLocalStorage.disable();
  return free;
}

/**
 * Checks for ES modules of the program, which Node.js cannot unload: such a program needs a new process. V8's debugger
 * lists them; it is enabled only here, because it doubles the time of all compiling and inspecting.
 */
function hasOwnEsModule() {
  // Loaded with the first ES module, in Node.js 20.
  if (!process.moduleLoadList.includes("NativeModule internal/modules/esm/module_job"))
    return false;
  let found = false;
  const session = new Session();
  session.connect();
  session.on("Debugger.scriptParsed", ({ params: { isModule, url } }) => {
    found ||= isModule && url.startsWith("file:") && !url.includes("/node_modules/");
  });
  session.post("Debugger.enable");
  session.disconnect();
  return found;
}

/** Checks the memory: what V8 and the inspector hold after a run is not released. */
function enoughMemory() {
  return process.memoryUsage().rss < 1.25 * 1024 ** 3;
}
