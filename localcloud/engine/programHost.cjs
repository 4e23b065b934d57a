// One process that runs Pulumi programs one after another. The packages stay loaded, which is most of a run's work; the
// program's own files are loaded anew, and what a run changed in the process is taken back at its end.
"use strict";
// First: it prepares a place for what is loaded next.
const { cleanSlate, isOfPackage } = require("./cleanSlate.cjs");
require("./programPreload.cjs");
const { Session } = require("node:inspector");
const { createRequire } = require("node:module");
const { setFlagsFromString } = require("node:v8");
const { runInNewContext } = require("node:vm");
const { callThroughChannel } = require("./channelClient.cjs");
const { keepCompiled } = require("./compiledModules.cjs");
const { untilLoopIsEmpty } = require("./emptyLoop.cjs");
const { endWithParent } = require("./endWithParent.cjs");
const { cacheTranspilation } = require("./transpileCache.cjs");

const [launcher] = process.argv.slice(2);
const sdk = createRequire(launcher);
// First, as the launcher does: it has to be there before anything else of the SDK.
sdk("./instrumentation");
// Before what takes note of the SDK's clients.
const calls = callThroughChannel(sdk);
const settings = sdk("../../runtime/settings");
const state = sdk("../../runtime/state");
const debuggable = sdk("../../runtime/debuggable");
const log = sdk("../../log");

const write = { stdout: process.stdout.write, stderr: process.stderr.write };

// The SDK makes a new one where there is none; the types that packages have registered with the old one stay.
let store;
Object.defineProperty(global, "globalStore", {
  configurable: false,
  get: () => store,
  set: (made) => (store = Object.assign(made, slate.registrations)),
});
// Where packages keep what is the same in every run: it is there before the slate is taken.
const transpiled = new Map();
const [scripts, files] = [new Map(), new Map()];
const kept = { scripts, files };
global[Symbol.for("aws-callbacks.kept")] = new Map(Object.entries(kept));
const compiled = keepCompiled((file) => !isOfPackage(file), scripts, files);
const slate = cleanSlate();

leaveOutOrigins();
endWithParent();
process.on("message", (told) => ("call" in told ? calls.hear(told) : void start(told)));

/** @param run `argv` of the launcher, `env`, `cwd`, and the `mark` that tells the end of the run on both streams. */
async function start({ argv, env, cwd, mark }) {
  settings.resetOptions("", "", -1, "", "", false, "");
  store = undefined;
  slate.begin();
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
  const clean = slate.restore();
  compiled.endRun();
  const reusable = clean && queueIsFree && !hasOwnEsModule() && enoughMemory();
  await Promise.all([
    print("stderr", `\0${mark}\n`),
    print("stdout", `\0${mark} ${JSON.stringify({ code, reusable })}\n`),
  ]);
  // When nobody waits for it: left to itself, V8 lets garbage of several runs lie, more than a process may keep.
  setImmediate(collectGarbage);
}

const collectGarbage = garbageCollector();

function garbageCollector() {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}

function print(stream, text) {
  return new Promise((resolve) => write[stream].call(process[stream], text, resolve));
}

/**
 * The SDK notes where each promise was made, by its stack, and shows it only if it is asked to. That it is still waited
 * for is all that counts otherwise.
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
  // From its first use on, Node.js follows every promise for it: no program of the runs to come asks for that.
  global.asyncLocalStorage.disable();
  return free;
}

/**
 * Nobody can take an ES module out of Node.js again: a program with one of its own needs another process. V8's debugger
 * knows them all; only here, because everything that is compiled or inspected takes twice as long while it is on.
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

/** What a run leaves in V8's and the inspector's hands is not given back. */
function enoughMemory() {
  return process.memoryUsage().rss < 1024 ** 3;
}
