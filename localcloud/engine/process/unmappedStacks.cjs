// Pulumi's SDK records where each promise and each resource of a program was created. Mapping such a stack to the lines
// of the TypeScript takes longer than registering the resource, and nothing here shows it.
"use strict";

const NOTED_BY = /[\\/]@pulumi[\\/]pulumi[\\/](runtime[\\/]debuggable|resource)\.js$/;

/** Files of the local cloud between Node.js and the program: they are of no use to a reader of a stack. */
const OURS = `${__dirname}${require("node:path").sep}`;

/** Skips source mapping by ts-node for those stacks; the stack of a thrown error is still mapped. */
exports.leaveUnmapped = () => {
  // This setting shows them: https://www.pulumi.com/docs/iac/cli/environment-variables/
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
      // Code that replaces the function temporarily sets it back to the value that it read here.
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
