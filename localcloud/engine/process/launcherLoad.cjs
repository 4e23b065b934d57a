// The point at which Pulumi's SDK can be changed for a program: its launcher has loaded it, but has not run anything.
"use strict";
const Module = require("node:module");

const LAUNCHER = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run[\\/]index\.js$/;

/**
 * Calls `change` once.
 * @param change receives a function that requires a module of the SDK like its launcher does.
 */
exports.whenLauncherLoads = (change) => {
  const load = Module._load;
  let isLoaded = false;
  // It stays afterwards: to put the old function back would also remove what others have wrapped around this one.
  Module._load = function (request, parent, ...rest) {
    const loaded = load.call(this, request, parent, ...rest);
    // Not earlier: the launcher must load its instrumentation before anything else.
    if (!isLoaded && request === "../../log" && LAUNCHER.test(parent?.filename ?? "")) {
      isLoaded = true;
      change(Module.createRequire(parent.filename));
    }
    return loaded;
  };
};
