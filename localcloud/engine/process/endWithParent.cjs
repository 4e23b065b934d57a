// A process that was started for another one must end with it, whatever it is doing.
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

/** Ends this process when its parent ends, from a separate thread: the program's code may never yield. */
exports.endWithParent = () => {
  new Worker(WATCH, { eval: true, workerData: process.ppid, execArgv: [], env: {} }).unref();
};
