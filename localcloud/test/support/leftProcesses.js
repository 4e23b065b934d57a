// Finds the processes of a test run that are still running. They are identified by an entry of PATH, the only
// variable that all of them inherit: a Lambda function's process has no other variable of this computer.
"use strict";
const { randomUUID } = require("node:crypto");
const { readdirSync, readFileSync } = require("node:fs");
const path = require("node:path");

const MARK = /\/test-run-[0-9a-f-]{36}/;
const WAIT_MS = 10_000;

/** Processes that are kept for the next test and end with their parent; they have their own tests. */
const ENDS_WITH_US = /engine\/process\/programHost\.cjs|esbuild.*--service/;

const inherited = MARK.exec(process.env.PATH ?? "")?.[0];
const mark = inherited ?? `/test-run-${randomUUID()}`;
// A folder that does not exist, so that the entry has no effect.
if (inherited === undefined) process.env.PATH = `${process.env.PATH}${path.delimiter}${mark}`;

/** True if processes can be inspected here, and this process started the run. */
exports.canLook = process.platform === "linux" && inherited === undefined;

/** Waits until no process of the run is left; returns the remaining ones as `<pid> <command line>`. */
exports.leftProcesses = async () => {
  const end = performance.now() + WAIT_MS;
  for (;;) {
    const left = readdirSync("/proc").filter(isLeft);
    if (left.length === 0 || performance.now() > end)
      return left.map((pid) => `${pid} ${commandOf(pid)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

function isLeft(pid) {
  if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
  if (!read(pid, "environ").includes(mark)) return false;
  return !(ENDS_WITH_US.test(commandOf(pid)) && isOurs(pid));
}

function isOurs(pid) {
  for (let at = pid; Number(at) > 1; at = read(at, "stat").split(") ").at(-1).split(" ")[1])
    if (Number(at) === process.pid) return true;
  return false;
}

function commandOf(pid) {
  return read(pid, "cmdline").replaceAll("\0", " ").trim();
}

/** Returns an empty text for a process that has ended or belongs to another user. */
function read(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}
