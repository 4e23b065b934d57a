// The runtime inside a Lambda execution environment: loads the handler once, then runs one request at a time. It is
// plain JavaScript and shipped unchanged, because it runs in a separate process.
//
// It takes the functions that it needs from Node before it loads the handler, which may replace any global.
"use strict";
const channel = require("./channel.cjs");
const { useCache } = require("./codeCache.cjs");
const { loadHandler, RUNTIME_MAJOR } = require("./loadHandler.cjs");
const { createResponseStream, setGlobal } = require("./responseStream.cjs");
const { failure, runtimeError } = require("./runtimeErrors.cjs");
const { logError, nameRequest, patchConsole } = require("./runtimeLogs.cjs");
const time = require("./cloudTime.cjs");
const { inspectOn } = require("./sourceLines.cjs");

const { parse, stringify } = JSON;
const exit = process.exit.bind(process);
const resourceUsage = process.resourceUsage.bind(process);
const loaded = process.moduleLoadList;
const later = setImmediate;

/** The current request, or the last one while the environment is idle. */
let current;
/** Stores what V8 has compiled for the next worker of this code. */
let keepCompiled;

inspectOn(channel.greeting, process.env.LAMBDA_TASK_ROOT);

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
  const compiled = useCache(channel.greeting.codeCache);
  let handler;
  try {
    handler = await loadHandler(process.env._HANDLER ?? "");
  } catch (error) {
    logError("Uncaught Exception", error);
    channel.send({ type: "initError", ...failure(error) });
    exit(1);
  }
  channel.send({ type: "ready", initMs: time.now() - started });
  compiled.loaded();
  keepCompiled = compiled.keep;
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
  current = {};
  nameRequest(request.requestId);
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
    if (keepCompiled) later(keepCompiled);
    keepCompiled = undefined;
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
