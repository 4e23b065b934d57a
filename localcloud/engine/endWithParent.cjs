// A process that was started for another one must end with it, whatever it is doing at the time.
"use strict";
const { Worker } = require("node:worker_threads");

const WATCH = `
  const { workerData: parent } = require("node:worker_threads");
  const isGone = () => {
    if (process.ppid !== parent) return true;
    try { process.kill(parent, 0); } catch (error) { return error.code === "ESRCH"; }
    return false;
  };
  setInterval(() => isGone() && process.kill(process.pid, "SIGKILL"), 500);
`;

/** Ends this process when its parent ends, in a thread of its own: the program may be computing for ever. */
exports.endWithParent = () => {
  new Worker(WATCH, { eval: true, workerData: process.ppid, execArgv: [], env: {} }).unref();
};
