// What a handler prints, as the log lines of Lambda's Node.js runtime.
"use strict";
const { format } = require("node:util");
const channel = require("./channel.cjs");
const { describeError, isError, mapped, stackOf } = require("./runtimeErrors.cjs");

const { stringify } = JSON;
const JSON_LOGS = process.env.AWS_LAMBDA_LOG_FORMAT === "JSON";
const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const LEAST_LEVEL = JSON_LOGS ? LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL ?? "INFO") : 0;

/** The current request, or the last one while the environment is idle. */
let requestId;

module.exports = { logError, nameRequest, patchConsole };

/** Sets the request to which lines belong from now on. */
function nameRequest(id) {
  requestId = id;
}

function patchConsole() {
  const methods = {
    trace: "TRACE",
    debug: "DEBUG",
    log: "INFO",
    info: "INFO",
    warn: "WARN",
    error: "ERROR",
  };
  for (const [method, level] of Object.entries(methods))
    console[method] = (...values) => log(level, values);
  console.fatal = (...values) => log("FATAL", values);
  // Output that libraries write directly goes the same way, so that the order of the lines is kept.
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (chunk, encoding, done) => {
      channel.log(
        "out",
        ArrayBuffer.isView(chunk) ? Buffer.from(chunk).toString("utf8") : String(chunk),
      );
      const callback = typeof encoding === "function" ? encoding : done;
      if (callback) process.nextTick(callback);
      return true;
    };
  }
}

function log(level, values) {
  if (LEVELS.indexOf(level) < LEAST_LEVEL) return;
  channel.log("log", mapped(JSON_LOGS ? jsonLine(level, values) : textLine(level, values)));
}

function textLine(level, values) {
  return `${new Date().toISOString()}\t${requestId}\t${level}\t${format(...values)}`;
}

function jsonLine(level, values) {
  const line = { timestamp: new Date().toISOString(), level, requestId };
  if (values.length === 1) {
    try {
      return stringify({ ...line, message: values[0] }, errorAsObject);
    } catch {
      return stringify({ ...line, message: format(values[0]) });
    }
  }
  const error = values.find(isError);
  return stringify({ ...line, message: format(...values), ...(error && errorFields(error)) });
}

function errorAsObject(_key, value) {
  return isError(value) ? errorFields(value) : value;
}

function errorFields(error) {
  return {
    ...error,
    errorType: error.name ?? "UnknownError",
    errorMessage: error.message,
    stackTrace: stackOf(error),
  };
}

function logError(title, error) {
  if (JSON_LOGS) return log("ERROR", [error]);
  const { errorType, errorMessage, trace } = describeError(error);
  let details;
  try {
    details = stringify({
      errorType,
      errorMessage,
      ...(isError(error) ? error : {}),
      stack: trace,
    });
  } catch {
    details = stringify({ errorType, errorMessage, stack: trace });
  }
  return channel.log("log", mapped(`${textLine("ERROR", [title])} \t${details}`));
}
