// Finds the function that a Lambda function's handler setting names, with the errors of Lambda's Node.js runtime.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { isStreaming } = require("./responseStream.cjs");
const { runtimeError } = require("./runtimeErrors.cjs");

const { parse } = JSON;
const TASK_ROOT = process.env.LAMBDA_TASK_ROOT;
/** Node.js 24 is the first runtime without callbacks and with synchronous handlers. */
const RUNTIME_MAJOR = Number(/nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV ?? "")?.[1] ?? 0);

module.exports = { loadHandler, RUNTIME_MAJOR };

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
