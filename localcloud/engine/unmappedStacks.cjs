// Pulumi's SDK notes where each promise and each resource of a program was made. To map such a stack to the lines of the
// TypeScript takes longer than to register the resource, and nothing here shows it.
"use strict";

const NOTED_BY = /[\\/]@pulumi[\\/]pulumi[\\/](runtime[\\/]debuggable|resource)\.js$/;

/** Files of the local cloud that stand between Node.js and the program: nobody who reads a stack has called them. */
const OURS = `${__dirname}${require("node:path").sep}`;

/** Spares those stacks what ts-node installs to map them, whenever it does; the stack of a thrown error keeps its lines. */
exports.leaveUnmapped = () => {
  // It shows them: https://www.pulumi.com/docs/iac/cli/environment-variables/
  if (process.env.PULUMI_DEBUG_PROMISE_LEAKS) return;
  const ours = new WeakSet();
  const unlessNoted = (prepare) => {
    const prepared = (error, frames) =>
      isNote(error, frames) ? String(error) : prepare(error, frames.filter(isNotOurs));
    ours.add(prepared);
    return prepared;
  };
  let current = Error.prepareStackTrace;
  Object.defineProperty(Error, "prepareStackTrace", {
    configurable: true,
    get: () => current,
    set: (next) => {
      // Who takes it away for a moment puts back what was read here.
      current = typeof next === "function" && !ours.has(next) ? unlessNoted(next) : next;
    },
  });
};

function isNote(error, [frame]) {
  return error.message === "" && NOTED_BY.test(frame?.getFileName() ?? "");
}

function isNotOurs(frame) {
  const file = frame.getFileName() ?? "";
  return !(file.startsWith(OURS) && file.endsWith(".cjs"));
}
