// Which processes of a test run are still there. They are known by an entry of PATH, the one variable that all of them
// get: a Lambda function's process has no other of this computer.
"use strict";
const { randomUUID } = require("node:crypto");
const { readdirSync, readFileSync } = require("node:fs");
const path = require("node:path");

const MARK = /\/test-run-[0-9a-f-]{36}/;
const WAIT_MS = 10_000;

/** What waits for the next test in the process that started it, and ends with that process: its own tests prove it. */
const ENDS_WITH_US = /engine\/programHost\.cjs|esbuild.*--service/;

const inherited = MARK.exec(process.env.PATH ?? "")?.[0];
const mark = inherited ?? `/test-run-${randomUUID()}`;
// A folder that does not exist: nothing is found there.
if (inherited === undefined) process.env.PATH = `${process.env.PATH}${path.delimiter}${mark}`;

/** Whether processes can be looked at here, and this one has started the run. */
exports.canLook = process.platform === "linux" && inherited === undefined;

/** Waits until no process of the run is left; answers those that stay, as `<pid> <command line>`. */
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

/** Empty for a process that is gone, or that another user runs. */
function read(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}
