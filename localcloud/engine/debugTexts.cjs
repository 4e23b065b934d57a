// Pulumi's SDK sends the engine a text about each thing it does, arguments included. Nobody reads them, and they take a
// third of the time of a warm run.
"use strict";
const Module = require("node:module");

const ASKED_BY_LAUNCHER = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run[\\/]index\.js$/;

/** Stops texts of the severity `debug` from being sent, unless LOCALCLOUD_DEBUG is set. */
exports.leaveOutDebugTexts = () => {
  if (process.env.LOCALCLOUD_DEBUG) return;
  const load = Module._load;
  Module._load = function (request, parent, ...rest) {
    const loaded = load.call(this, request, parent, ...rest);
    // Not earlier: the launcher must load its instrumentation before anything else.
    if (request === "../../log" && ASKED_BY_LAUNCHER.test(parent?.filename ?? "")) {
      Module._load = load;
      loaded.debug = () => Promise.resolve();
    }
    return loaded;
  };
};
