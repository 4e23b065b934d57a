// What a run of a program does to its process, and how it is taken back. Packages are loaded once and may keep what
// they did while they were loaded; all else goes, with the modules of the program itself.
"use strict";
const Module = require("node:module");
const path = require("node:path");

const PACKAGES = `${path.sep}node_modules${path.sep}`;

/** Packages that are part of a run: Pulumi's launcher, and what compiles TypeScript and maps stacks for it. */
const OF_A_RUN =
  /[\\/]node_modules[\\/](ts-node|(@cspotcode[\\/])?source-map-support|@pulumi[\\/]pulumi[\\/]cmd[\\/]run)[\\/](?!instrumentation)/;

const CLASSES = [Object, Function, Array, String, Number, Promise, Map, Set, Date, RegExp];

/** What programs and packages may add to or change. */
const SHARED = [
  ...[globalThis, process, console, Error, Module, Module.prototype, Module._extensions],
  ...[Math, JSON, Reflect, ...CLASSES, ...CLASSES.map(({ prototype }) => prototype)],
];

/** Node.js's own notes about the listeners, which are taken back one by one. */
const EMITTER = new Set(["_events", "_eventsCount", "_maxListeners"]);

/** Folders beside the program that are to stay loaded as packages do: in this repository's tests, its components. */
const KEPT = (process.env.LOCALCLOUD_KEPT_FOLDERS ?? "")
  .split(path.delimiter)
  .filter((folder) => folder !== "")
  .map((folder) => path.join(folder, path.sep));

const isKept = (file) => file.includes(PACKAGES) || KEPT.some((folder) => file.startsWith(folder));
const isOfPackage = (file) => isKept(file) && !OF_A_RUN.test(file);
exports.isOfPackage = isOfPackage;

// The library keeps its caches of maps and texts here, for good unless it finds the place.
Object.defineProperty(globalThis, Symbol.for("source-map-support/sharedData"), {
  value: undefined,
  writable: true,
  configurable: true,
});

/** Takes the process as it is now for the state that each run begins with. */
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
    /** False where something is left that cannot be taken back. */
    restore() {
      for (const [event, listener] of listeners.added) process.removeListener(event, listener);
      timers.forEach(clearTimeout);
      timers.clear();
      Object.values(registrations).forEach((known) => known.forgetOwn());
      // Where it is an accessor, what was set last is behind it.
      Error.prepareStackTrace = undefined;
      const restored = SHARED.map((object, index) =>
        restore(object, snapshots[index], added[index]),
      );
      return forgetModules(own) && !restored.includes(false);
    },
  };
};

/** Types by name, as the SDK keeps them; those of the program itself can be forgotten. */
class Registrations extends Map {
  constructor(packageLoads) {
    super();
    this.packageLoads = packageLoads;
    this.ofPackages = new Map();
  }

  /** The SDK adds to the list that it has put here. */
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

/** Keeps the stack of files that are being loaded, and tells when a package has been loaded, and what was there before. */
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

/** Notes the timers that the program's own code makes: one that does not keep the process would fire in the next run. */
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

/** False when an addon of the program is loaded: it cannot be loaded again. */
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

/** A module knows who asked for it first and whom it asked: through these, a run's whole program would stay. */
function letGo(module) {
  const isLoaded = (other) => require.cache[other.filename] === other;
  if (module.parent && !isLoaded(module.parent)) module.parent = undefined;
  if (!module.children.every(isLoaded)) module.children = module.children.filter(isLoaded);
}
