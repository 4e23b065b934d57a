// Pulumi's SDK sends the engine a text about each thing it does, arguments and all. Nobody reads them, and they are a
// third of what a warm program's run costs.
"use strict";
const Module = require("node:module");

const ASKED_BY_LAUNCHER = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run[\\/]index\.js$/;

/** Keeps texts of the severity `debug` from being sent, unless LOCALCLOUD_DEBUG asks for them. */
exports.leaveOutDebugTexts = () => {
  if (process.env.LOCALCLOUD_DEBUG) return;
  const load = Module._load;
  Module._load = function (request, parent, ...rest) {
    const loaded = load.call(this, request, parent, ...rest);
    // Not before: the launcher must load its instrumentation ahead of anything else.
    if (request === "../../log" && ASKED_BY_LAUNCHER.test(parent?.filename ?? "")) {
      Module._load = load;
      loaded.debug = () => Promise.resolve();
    }
    return loaded;
  };
};
