// The errors of Lambda's Node.js runtime, and how it describes those of a handler.
"use strict";
const { types } = require("node:util");
const { greeting } = require("./channel.cjs");
const { sourceLines } = require("./sourceLines.cjs");

const { mapped, ownFrames } = sourceLines(greeting, process.env.LAMBDA_TASK_ROOT);

module.exports = { describeError, failure, isError, mapped, runtimeError, stackOf };

function runtimeError(name, message, stack) {
  const error = new Error(message);
  error.name = name;
  error.stack =
    stack === undefined ? `${name}: ${message}` : stack.replace(/^\w*Error/, `${name}: $&`);
  return error;
}

function isError(value) {
  return types.isNativeError(value) || value instanceof Error;
}

function describeError(error) {
  try {
    if (!isError(error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
    const trace = stackOf(error);
    return { errorType: String(error.name), errorMessage: String(error.message), trace };
  } catch {
    return {
      errorType: "handled",
      errorMessage:
        "callback called with Error argument, but there was a problem while retrieving one or more of " +
        "its message, name, and stack",
      trace: [],
    };
  }
}

/** Returns the error as the fields of a frame, which are plain strings. */
function failure(error) {
  const { errorType, errorMessage, trace } = describeError(error);
  return { errorType, errorMessage, stack: mapped(trace.join("\n")) };
}

/** Returns the lines of an error's stack, without those of the runtime. */
function stackOf({ stack }) {
  return typeof stack === "string" ? ownFrames(stack.split("\n")) : [];
}
