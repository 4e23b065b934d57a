// The time inside a Lambda execution environment is the cloud's. Dates show it; and a function that
// does nothing but wait for a timer tells the cloud so, which ends the wait when its own clock gets
// there: a test that moves the clock by an hour need not sit through a function's sleeps.
//
// Timers also run in real time, as ever; whichever comes first wins. `performance.now()` and
// `process.hrtime()` stay real.
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

/** Longest delay of a Node timer; one that is longer, or no number, counts as 1. */
const MAX_DELAY_MS = 0x7fffffff;
/** How often a running request is looked at; it sleeps when it was found idle twice. */
const LOOK_MS = 5;
/** A shorter sleep is over before the cloud has heard of it. */
const MIN_SLEEP_MS = 2 * LOOK_MS;

/** The function's timers by their handles: `due` in the time of `now`. */
const pending = new Map();
let dateOffsetMs = 0;
let skippedMs = 0;
let looks;
/** How many pipes a process without work has open already: those of its output. */
let atRest;
let sleeps = 0;
let asleep;
let tell = () => undefined;

patchTimers();

module.exports = { follow, now, watch, unwatch, wake };

/** Milliseconds since the process began, with the sleeps that the cloud's clock cut short. */
function now() {
  return performance.now() + skippedMs;
}

/** Dates show the cloud's time: `offsetMs` ahead of this computer's. */
function follow(offsetMs) {
  // Below a second it is only the time the message took; an untouched Date is the safest Date.
  dateOffsetMs = Math.abs(offsetMs) < 1000 ? 0 : offsetMs;
  if (dateOffsetMs !== 0) patchDate();
}

/** Tells the cloud from now on when nothing is left to do but wait, and when that changes. */
function watch(send) {
  tell = send;
  // Only them: a file that a module loader still reads would later hide a request that is under way.
  atRest ??= openResources().filter((type) => type === "PipeWrap").length;
  let idle = 0;
  looks = real.setInterval(() => {
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

/** The cloud's clock has come to the end of a sleep; one that is over already is no longer meant. */
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
  tell({ type: "sleep", id: asleep.id, ms });
}

function wakeUp() {
  if (!asleep) return;
  asleep = undefined;
  tell({ type: "awake" });
}

/** Only timers keep the event loop alive: no request is under way, no file, no process. */
function isIdle() {
  return pending.size > 0 && openResources().length <= atRest;
}

/** Kinds of what keeps the event loop alive beside timers. */
function openResources() {
  return process.getActiveResourcesInfo().filter((type) => type !== "Timeout");
}

/** Moves the process's own time, and fires what falls due, in order and with microtasks between. */
function skip(ms) {
  skippedMs += ms;
  dateOffsetMs += ms;
  patchDate();
  const due = [...pending].filter(([, timer]) => timer.due <= now() + 1);
  for (const [handle, timer] of due.sort(([, one], [, other]) => one.due - other.due))
    real.setImmediate(() => {
      // An earlier one may have cleared it.
      if (pending.has(handle)) timer.fire();
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
  // What an option asks for, an end by a signal first of all, Node does best itself.
  if (options) return real.sleep(ms, value, options);
  return new Promise((resolve) => globalThis.setTimeout(resolve, ms, value));
}

function start(repeats, callback, ms, args) {
  const set = repeats ? real.setInterval : real.setTimeout;
  // Node's own error for what is no function.
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
  // A timer that has fired can be started again too.
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

/** Clears a timer given by its handle, or by the number that the handle stands for. */
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
