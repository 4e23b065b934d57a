// Reverts what a run of a program does to its process. Packages are loaded once and keep what they did while loading;
// everything else is reverted, and the program's own modules are unloaded.
"use strict";
const Module = require("node:module");
const path = require("node:path");

const PACKAGES = `${path.sep}node_modules${path.sep}`;

/** Packages that belong to a run: Pulumi's launcher, and those that compile TypeScript and map stacks for it. */
const OF_A_RUN =
  /[\\/]node_modules[\\/](ts-node|(@cspotcode[\\/])?source-map-support|@pulumi[\\/]pulumi[\\/]cmd[\\/]run)[\\/](?!instrumentation)/;

const CLASSES = [Object, Function, Array, String, Number, Promise, Map, Set, Date, RegExp];

/** Objects that programs and packages may extend or change. */
const SHARED = [
  ...[globalThis, process, console, Error, Module, Module.prototype, Module._extensions],
  ...[Math, JSON, Reflect, ...CLASSES, ...CLASSES.map(({ prototype }) => prototype)],
];

/** Node.js's own bookkeeping of listeners; the listeners are removed one by one instead. */
const EMITTER = new Set(["_events", "_eventsCount", "_maxListeners"]);

/** Folders next to the program that stay loaded like packages: in this repository's tests, its components. */
const KEPT = (process.env.LOCALCLOUD_KEPT_FOLDERS ?? "")
  .split(path.delimiter)
  .filter((folder) => folder !== "")
  .map((folder) => path.join(folder, path.sep));

const isKept = (file) => file.includes(PACKAGES) || KEPT.some((folder) => file.startsWith(folder));
const isOfPackage = (file) => isKept(file) && !OF_A_RUN.test(file);
exports.isOfPackage = isOfPackage;

// Here source-map-support finds and shares its caches; without the property, it would keep private ones forever.
Object.defineProperty(globalThis, Symbol.for("source-map-support/sharedData"), {
  value: undefined,
  writable: true,
  configurable: true,
});

/** Records the current state of the process, with which each run starts. */
exports.cleanSlate = () => {
  const own = new Set(Object.keys(require.cache).filter((file) => file.startsWith(__dirname)));
  const loading = [];
  const packageLoads = () => loading.length > 0 && isOfPackage(loading.at(-1));
  const registrations = {
    resourcePackages: new Registrations(packageLoads),
    resourceModules: new Registrations(packageLoads),
  };
  const added = SHARED.map(() => new Set());
  const listeners = { kept: new Set(), added: [] };
  const timers = new Set();

  followLoading(loading, (before) => {
    SHARED.forEach((object, index) => {
      const keys = Reflect.ownKeys(object);
      if (keys.length === before[index].length) return;
      const known = new Set(before[index]);
      for (const key of keys) if (!known.has(key)) added[index].add(key);
    });
  });
  followTimers(timers);
  process.on("newListener", (event, listener) => {
    if (!packageLoads()) listeners.added.push([event, listener]);
  });
  const snapshots = SHARED.map((object) => Object.getOwnPropertyDescriptors(object));

  return {
    registrations,
    begin() {
      listeners.added.length = 0;
    },
    /** Restores the recorded state; returns false if something cannot be reverted. */
    restore() {
      for (const [event, listener] of listeners.added) process.removeListener(event, listener);
      timers.forEach(clearTimeout);
      timers.clear();
      Object.values(registrations).forEach((known) => known.forgetOwn());
      // If it is an accessor, this resets the value behind it.
      Error.prepareStackTrace = undefined;
      const restored = SHARED.map((object, index) =>
        restore(object, snapshots[index], added[index]),
      );
      return forgetModules(own) && !restored.includes(false);
    },
  };
};

/** Registered types by name, like the SDK stores them; those of the program itself can be removed. */
class Registrations extends Map {
  constructor(packageLoads) {
    super();
    this.packageLoads = packageLoads;
    this.ofPackages = new Map();
  }

  /** Follows additions, since the SDK pushes to the list that it has set here. */
  set(key, list) {
    const { packageLoads } = this;
    const kept = [];
    this.ofPackages?.set(key, kept);
    const push = (...items) => {
      if (packageLoads()) kept.push(...items);
      return Array.prototype.push.apply(list, items);
    };
    return super.set(key, Object.defineProperty(list, "push", { value: push }));
  }

  forgetOwn() {
    for (const [key, kept] of this.ofPackages) {
      const list = this.get(key);
      list.length = 0;
      Array.prototype.push.apply(list, kept);
    }
  }
}

/**
 * Tracks the stack of files that are being loaded; calls `onPackage` after a package has loaded, with the keys from
 * before.
 */
function followLoading(loading, onPackage) {
  const { load } = Module.prototype;
  Module.prototype.load = function (file) {
    const outermost = isOfPackage(file) && !loading.some(isOfPackage);
    const before = outermost ? SHARED.map((object) => Reflect.ownKeys(object)) : undefined;
    loading.push(file);
    try {
      return load.call(this, file);
    } finally {
      loading.pop();
      if (before) onPackage(before);
    }
  };
}

/** Tracks timers of the program's own code: one that does not keep the process alive would fire in the next run. */
function followTimers(timers) {
  for (const name of ["setTimeout", "setInterval"]) {
    const make = globalThis[name];
    const followed = function (...args) {
      const timer = make.apply(this, args);
      if (isCalledByProgram(followed)) timers.add(timer);
      return timer;
    };
    globalThis[name] = Object.defineProperties(followed, Object.getOwnPropertyDescriptors(make));
  }
}

function isCalledByProgram(called) {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.prepareStackTrace = (_error, [frame]) => frame?.getFileName() ?? "";
  Error.stackTraceLimit = 1;
  const place = {};
  Error.captureStackTrace(place, called);
  const file = place.stack;
  Object.assign(Error, { prepareStackTrace, stackTraceLimit });
  return !file.startsWith("node:") && !isKept(file);
}

function restore(object, snapshot, added) {
  let whole = true;
  for (const key of Reflect.ownKeys(object))
    if (!Object.hasOwn(snapshot, key) && !added.has(key))
      whole = Reflect.deleteProperty(object, key) && whole;
  for (const key of Reflect.ownKeys(snapshot)) {
    if (object === process && EMITTER.has(key)) continue;
    const now = Reflect.getOwnPropertyDescriptor(object, key);
    const then = snapshot[key];
    if (now && Object.is(now.value, then.value) && now.get === then.get && now.set === then.set)
      continue;
    whole = Reflect.defineProperty(object, key, then) && whole;
  }
  return whole;
}

/** Unloads the program's modules; returns false if one is an addon, which cannot be loaded again. */
function forgetModules(own) {
  const forgotten = Object.keys(require.cache).filter(
    (file) => !own.has(file) && !isOfPackage(file),
  );
  for (const file of forgotten) delete require.cache[file];
  Object.values(require.cache).forEach(letGo);
  for (const [request, file] of Object.entries(Module._pathCache))
    if (!isOfPackage(file)) delete Module._pathCache[request];
  return !forgotten.some((file) => file.endsWith(".node"));
}

/** Removes a module's references to unloaded modules, which would keep the whole program of a run in memory. */
function letGo(module) {
  const isLoaded = (other) => require.cache[other.filename] === other;
  if (module.parent && !isLoaded(module.parent)) module.parent = undefined;
  if (!module.children.every(isLoaded)) module.children = module.children.filter(isLoaded);
}
