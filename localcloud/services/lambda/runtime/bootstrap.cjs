// The runtime inside a Lambda execution environment: loads the handler once, then runs one request at a time. It is
// plain JavaScript and shipped unchanged, because it runs in a separate process.
//
// It takes the functions that it needs from Node before it loads the handler, which may replace any global.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { format, types } = require("node:util");
const { pathToFileURL } = require("node:url");
const channel = require("./channel.cjs");
const { useCache } = require("./codeCache.cjs");
const { createResponseStream, isStreaming, setGlobal } = require("./responseStream.cjs");
const time = require("./cloudTime.cjs");
const { inspectOn, sourceLines } = require("./sourceLines.cjs");

const { parse, stringify } = JSON;
const exit = process.exit.bind(process);
const resourceUsage = process.resourceUsage.bind(process);
const loaded = process.moduleLoadList;
const later = setImmediate;
const TASK_ROOT = process.env.LAMBDA_TASK_ROOT;
const JSON_LOGS = process.env.AWS_LAMBDA_LOG_FORMAT === "JSON";
const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const LEAST_LEVEL = JSON_LOGS ? LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL ?? "INFO") : 0;
/** Node.js 24 is the first runtime without callbacks and with synchronous handlers. */
const RUNTIME_MAJOR = Number(/nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV ?? "")?.[1] ?? 0);

const { mapped, ownFrames } = sourceLines(channel.greeting, TASK_ROOT);

/** The current request, or the last one while the environment is idle. */
let current;

inspectOn(channel.greeting, TASK_ROOT);

time.follow(channel.greeting.clockOffsetMs);
channel.send({ type: "process", pid: process.pid });
delete process.env._; // some shells leave it
patchConsole();
setGlobal();
process.on("exit", (code) => channel.send({ type: "exiting", code, ...traces() }));
process.on("uncaughtException", (error) => crash(error, "Uncaught Exception", 129));
process.on("unhandledRejection", (reason) => {
  const error = runtimeError("Runtime.UnhandledPromiseRejection", String(reason));
  crash(Object.assign(error, { reason }), "Unhandled Promise Rejection", 128);
});
process.on("beforeExit", () => current?.onEmptyEventLoop?.());
// Deferred, because the constants below are not initialized while this file is still being evaluated.
process.nextTick(start);

async function start() {
  const started = time.now();
  const keepCompiled = useCache(channel.greeting.codeCache);
  let handler;
  try {
    handler = await loadHandler(process.env._HANDLER ?? "");
  } catch (error) {
    logError("Uncaught Exception", error);
    channel.send({ type: "initError", ...failure(error) });
    exit(1);
  }
  channel.send({ type: "ready", initMs: time.now() - started });
  keepCompiled();
  const requests = channel.receive(
    (message) =>
      message.type === "wake" ? time.wake(message.id) : run(handler, message, requests),
    () => exit(0),
  );
}

// --- one request -----------------------------------------------------------------------------

function run(handler, request, requests) {
  time.follow(request.clockOffsetMs);
  const started = time.now();
  current = { id: request.requestId };
  if (request.traceId) process.env._X_AMZN_TRACE_ID = request.traceId;
  // The channel must not count as work, or the event loop of a finished handler would never empty.
  requests.unref();
  time.watch(channel.send);

  const settle = once((message) => {
    current.onEmptyEventLoop = undefined;
    time.unwatch();
    requests.ref();
    channel.send({
      ...message,
      ...traces(),
      requestId: request.requestId,
      durationMs: time.now() - started,
      memory: memory(),
    });
  });
  const succeed = (value) => {
    let payload;
    try {
      payload = stringify(value === undefined ? null : value) ?? "null";
    } catch {
      return fail(runtimeError("Runtime.JSONStringifyError", "Unable to stringify response body"));
    }
    // The cloud would refuse a response that is too large anyway. Only the size matters, so send no more than
    // necessary.
    if (payload.length > MAX_RESPONSE_LENGTH) payload = payload.slice(0, MAX_RESPONSE_LENGTH);
    return settle({ type: "result", payload });
  };
  const fail = (error) => {
    logError("Invoke Error", error);
    settle({ type: "error", ...failure(error) });
  };
  current.fail = (error, fatal) => settle({ type: "error", ...failure(error), fatal });

  const { context, callback } = makeContext(request, started, succeed, fail);
  if (handler.streams) return stream(handler, request, { context, settle, fail, requests });
  const handlesCallback = RUNTIME_MAJOR < 24;
  // Runs when the event loop is empty and the handler has not answered. A callback handler then answers null; a
  // promise can never settle.
  current.onEmptyEventLoop = () => succeed(null);
  let result;
  try {
    result = handlesCallback
      ? handler(parseEvent(request.event), context, callback)
      : handler(parseEvent(request.event), context);
  } catch (error) {
    return fail(error);
  }
  if (typeof result?.then === "function") {
    current.onEmptyEventLoop = () => {
      current.fail(runtimeError("Runtime.NodeJsExit", NEVER_SETTLED), true);
      exit(13);
    };
    return void result.then(succeed, fail);
  }
  // Up to Node.js 22 the return value of a synchronous handler is ignored.
  if (!handlesCallback) succeed(result);
  return undefined;
}

/**
 * Runs a streaming handler. The request ends with the stream, and a stream that nobody ends lasts until the timeout.
 * https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/Runtime.js
 */
function stream(handler, request, { context, settle, fail, requests }) {
  const { requestId } = request;
  const response = createResponseStream(handler.streams, (piece) =>
    channel.send({ type: "chunk", requestId, ...piece }),
  );
  const closed = new Promise((resolve) => response.stream.once("close", resolve));
  // Keeps the process alive when only the response is missing.
  current.onEmptyEventLoop = () => requests.ref();
  let result;
  try {
    result = handler(parseEvent(request.event), response.stream, context);
  } catch (error) {
    return fail(error);
  }
  if (typeof result?.then !== "function")
    return fail("Streaming does not support non-async handlers.");
  return void result
    .then((value) => {
      if (value !== undefined) console.warn("Streaming handlers ignore return values.");
      return closed;
    })
    .then(() => {
      if (!response.stream.writableFinished) return fail("Response stream is not finished.");
      return settle({ type: "result", payload: "", contentType: response.contentType() });
    })
    .catch(fail);
}

/** A response is too large at 6 291 556 bytes. A text with more characters than that has at least as many bytes. */
const MAX_RESPONSE_LENGTH = 6_291_557;

const NEVER_SETTLED =
  "The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused " +
  "by a Promise that was never settled. For more information, see " +
  "https://nodejs.org/docs/latest/api/process.html#process_exit_codes";

function parseEvent(text) {
  return text === "" ? {} : parse(text);
}

function makeContext(request, started, succeed, fail) {
  let waitForEmptyEventLoop = true;
  const callback = once((error, value) => {
    const answer = () => (error === undefined || error === null ? succeed(value) : fail(error));
    if (waitForEmptyEventLoop) current.onEmptyEventLoop = answer;
    else later(answer);
  });
  const context = {
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: request.invokedFunctionArn,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: request.requestId,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: request.clientContext,
    identity: request.identity,
    getRemainingTimeInMillis: () =>
      Math.max(0, Math.floor(request.remainingMs - (time.now() - started))),
  };
  if (RUNTIME_MAJOR >= 24) return { context, callback };
  const done = (error, value) => {
    waitForEmptyEventLoop = false;
    callback(error, value);
  };
  Object.defineProperty(context, "callbackWaitsForEmptyEventLoop", {
    enumerable: true,
    get: () => waitForEmptyEventLoop,
    set: (value) => {
      waitForEmptyEventLoop = value;
    },
  });
  return {
    callback,
    context: Object.assign(context, {
      done,
      succeed: (value) => done(null, value),
      fail: (error) => done(error ?? "handled"),
    }),
  };
}

/** Ends the environment after an uncaught error, and first fails the request that is running. */
function crash(error, title, exitCode) {
  logError(title, error);
  current?.fail?.(error, true);
  exit(exitCode);
}

// --- the handler -----------------------------------------------------------------------------

async function loadHandler(text) {
  if (text.includes(".."))
    throw malformed(
      `'${text}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  const base = path.basename(text);
  const match = /^([^.]*)\.(.*)$/.exec(base);
  if (!match || match[2] === "") throw malformed("Bad handler");
  const [, file, names] = match;
  const module = await loadModule(path.join(path.dirname(text), file));
  let handler = module;
  let owner;
  for (const name of names.split(".")) {
    owner = handler;
    handler = handler?.[name] ?? (owner === module ? module.default?.[name] : undefined);
  }
  if (handler === undefined || handler === null)
    throw runtimeError("Runtime.HandlerNotFound", `${text} is undefined or not exported`);
  if (typeof handler !== "function")
    throw runtimeError("Runtime.HandlerNotFound", `${text} is not a function`);
  if (isStreaming(handler)) return Object.assign(handler.bind(owner), { streams: handler });
  if (RUNTIME_MAJOR >= 24 && handler.length >= 3)
    throw runtimeError("Runtime.CallbackHandlerDeprecated", CALLBACKS_REMOVED);
  return handler.bind(owner);
}

const CALLBACKS_REMOVED =
  "AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. " +
  "You need to modify this function to use a supported handler signature to use Node.js 24 or later.";

async function loadModule(name) {
  const file = [".js", ".mjs", ".cjs", ""]
    .map((extension) => path.resolve(TASK_ROOT, name + extension))
    .find((candidate) => fs.statSync(candidate, { throwIfNoEntry: false })?.isFile());
  try {
    if (!file) throw notFound(name);
    return isModule(file) ? await import(pathToFileURL(file).href) : require(file);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw runtimeError("Runtime.UserCodeSyntaxError", String(error), error.stack);
    if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND")
      throw runtimeError("Runtime.ImportModuleError", String(error), error.stack);
    throw error;
  }
}

function isModule(file) {
  if (file.endsWith(".mjs")) return true;
  if (file.endsWith(".cjs")) return false;
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, "package.json");
    if (fs.existsSync(manifest)) return parse(fs.readFileSync(manifest, "utf8")).type === "module";
    if (folder === TASK_ROOT || path.dirname(folder) === folder) return false;
  }
}

function notFound(name) {
  const message = `Cannot find module '${name}'\nRequire stack:\n- /var/runtime/index.mjs`;
  return Object.assign(new Error(message), { code: "MODULE_NOT_FOUND" });
}

function malformed(message) {
  return runtimeError("Runtime.MalformedHandlerName", message);
}

// --- errors ----------------------------------------------------------------------------------

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
    const trace = typeof error.stack === "string" ? ownFrames(error.stack.split("\n")) : [];
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

// --- logs ------------------------------------------------------------------------------------

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
  return `${new Date().toISOString()}\t${current?.id}\t${level}\t${format(...values)}`;
}

function jsonLine(level, values) {
  const line = { timestamp: new Date().toISOString(), level, requestId: current?.id };
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
  const stackTrace = typeof error.stack === "string" ? ownFrames(error.stack.split("\n")) : [];
  return {
    ...error,
    errorType: error.name ?? "UnknownError",
    errorMessage: error.message,
    stackTrace,
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

// --- plumbing --------------------------------------------------------------------------------

/** Returns whether the code could have started processes, which would outlive this one. */
function traces() {
  const starters = ["NativeModule child_process", "NativeModule worker_threads"];
  return { mayHaveChildren: starters.some((name) => loaded.includes(name)) };
}

function memory() {
  return resourceUsage().maxRSS * 1024;
}

function once(task) {
  let called = false;
  return (...values) => {
    if (called) return undefined;
    called = true;
    return task(...values);
  };
}
