// Makes the time inside a Lambda execution environment the cloud's time. Dates show it. A function that only waits
// for a timer reports this to the cloud, which wakes it when the cloud's clock reaches that time. So a test that
// advances the clock by an hour does not have to wait in real time for a function's sleeps.
//
// Timers also run in real time as usual; the earlier of the two wins. `performance.now()` and `process.hrtime()` stay
// real.
"use strict";
const { syncBuiltinESMExports } = require("node:module");
const timers = require("node:timers");
const timersPromises = require("node:timers/promises");
const { promisify } = require("node:util");

const real = {
  Date,
  setTimeout,
  setInterval,
  setImmediate,
  clearTimeout,
  clearInterval,
  sleep: timersPromises.setTimeout,
};

/** Longest delay of a Node timer. Node treats a longer delay, or one that is not a number, as 1. */
const MAX_DELAY_MS = 0x7fffffff;
/** Milliseconds between two checks of a running request. It counts as asleep when it was idle at two checks. */
const LOOK_MS = 5;
/** A shorter sleep would be over before the cloud knows about it. */
const MIN_SLEEP_MS = 2 * LOOK_MS;

/** The function's timers by their handles; `due` is on the time scale of `now`. */
const pending = new Map();
let dateOffsetMs = 0;
let skippedMs = 0;
let looks;
/** Number of pipes that a process without work keeps open: those for its output. */
let atRest;
let sleeps = 0;
let asleep;
let post = () => undefined;

patchTimers();

module.exports = { follow, now, watch, unwatch, wake };

/** Returns the milliseconds since the process started, including sleeps that the cloud's clock cut short. */
function now() {
  return performance.now() + skippedMs;
}

/** Sets the time that dates show: `offsetMs` ahead of this computer's clock. */
function follow(offsetMs) {
  // An offset below a second is only the transmission time of the message; then Date stays unpatched, which is
  // safest.
  dateOffsetMs = Math.abs(offsetMs) < 1000 ? 0 : offsetMs;
  if (dateOffsetMs !== 0) patchDate();
}

/** Starts to report to the cloud when the request only waits for a timer, and when it continues. */
function watch(send) {
  post = send;
  // Counts pipes only. A file that a module loader is still reading would later hide a request in progress.
  atRest ??= openResources().filter((type) => type === "PipeWrap").length;
  let idle = 0;
  looks = real.setInterval(() => {
    // After a sleep that was cut short, Node would fire the later timers too late.
    if (skippedMs > 0) fireDue(now());
    idle = isIdle() ? idle + 1 : 0;
    if (idle === 0) wakeUp();
    else if (idle > 1 && !asleep) fallAsleep();
  }, LOOK_MS);
  looks.unref();
}

function unwatch() {
  real.clearInterval(looks);
  asleep = undefined;
}

/** Ends a sleep when the cloud's clock has reached its end. Ignores a sleep that is already over. */
function wake(id) {
  if (asleep?.id !== id) return;
  const { ms, since } = asleep;
  asleep = undefined;
  skip(Math.max(0, ms - (performance.now() - since)));
}

function fallAsleep() {
  const ms = Math.min(...[...pending.values()].map(({ due }) => due)) - now();
  if (ms < MIN_SLEEP_MS) return;
  asleep = { id: ++sleeps, ms, since: performance.now() };
  post({ type: "sleep", id: asleep.id, ms });
}

function wakeUp() {
  if (!asleep) return;
  asleep = undefined;
  post({ type: "awake" });
}

/** Checks whether only timers keep the event loop alive: no request, open file or child process does. */
function isIdle() {
  return pending.size > 0 && openResources().length <= atRest;
}

/** Returns the kinds of active resources, other than timers, that keep the event loop alive. */
function openResources() {
  return process.getActiveResourcesInfo().filter((type) => type !== "Timeout");
}

/** Advances the process's own time and fires the timers that become due. */
function skip(ms) {
  skippedMs += ms;
  dateOffsetMs += ms;
  patchDate();
  fireDue(now() + 1);
}

/** Fires the timers that are due at `time`, in order and with microtasks in between. */
function fireDue(time) {
  const due = [...pending].filter(([, timer]) => timer.due <= time);
  for (const [handle, timer] of due.sort(([, one], [, other]) => one.due - other.due))
    real.setImmediate(() => {
      // A timer that fired earlier may have cleared or refreshed this one, and Node may have fired it meanwhile.
      if (pending.has(handle) && timer.due <= time) timer.fire();
    });
}

// --- timers ----------------------------------------------------------------------------------

function patchTimers() {
  const setTimeout = (callback, ms, ...args) => start(false, callback, ms, args);
  const setInterval = (callback, ms, ...args) => start(true, callback, ms, args);
  setTimeout[promisify.custom] = sleep;
  const patched = { setTimeout, setInterval, clearTimeout: clear, clearInterval: clear };
  Object.assign(globalThis, patched);
  Object.assign(timers, patched);
  timersPromises.setTimeout = sleep;
  syncBuiltinESMExports();
}

function sleep(ms, value, options) {
  // Calls with options, such as an abort signal, use Node's own implementation.
  if (options) return real.sleep(ms, value, options);
  return new Promise((resolve) => globalThis.setTimeout(resolve, ms, value));
}

function start(repeats, callback, ms, args) {
  const set = repeats ? real.setInterval : real.setTimeout;
  // Node throws its own error if the callback is not a function.
  if (typeof callback !== "function") return set(callback, ms);
  const delay = ms >= 1 && ms <= MAX_DELAY_MS ? Number(ms) : 1;
  const handle = set(() => fire(), delay);
  const timer = { due: now() + delay, fire };
  pending.set(handle, timer);
  const { refresh } = handle;
  const again = () => {
    timer.due = now() + delay;
    return refresh.call(handle);
  };
  function fire() {
    wakeUp();
    if (repeats) again();
    else clear(handle);
    callback.apply(handle, args);
  }
  // A timer that has fired can be restarted too.
  handle.refresh = () => {
    pending.set(handle, timer);
    return again();
  };
  handle.close = () => {
    clear(handle);
    return handle;
  };
  return handle;
}

/** Clears a timer by its handle, or by the number that the handle converts to. */
function clear(given) {
  const isNumber = typeof given === "number" || typeof given === "string";
  const handle = isNumber
    ? [...pending.keys()].find((one) => Number(one) === Number(given))
    : given;
  pending.delete(handle);
  real.clearTimeout(handle ?? given);
}

// --- dates -----------------------------------------------------------------------------------

function patchDate() {
  if (globalThis.Date !== real.Date) return;
  const dateNow = () => Math.round(real.Date.now() + dateOffsetMs);
  globalThis.Date = new Proxy(real.Date, {
    construct: (target, values, newTarget) =>
      Reflect.construct(target, values.length === 0 ? [dateNow()] : values, newTarget),
    apply: () => new real.Date(dateNow()).toString(),
    get: (target, key) => (key === "now" ? dateNow : Reflect.get(target, key)),
  });
}
