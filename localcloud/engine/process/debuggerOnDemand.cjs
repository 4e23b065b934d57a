// Pulumi's launcher enables V8's debugger for its own serialization of closures. It doubles the time of all compiling
// and inspecting, and hardly any program needs it: this package serializes callbacks in another way.
"use strict";
const { Session } = require("node:inspector");

/**
 * Enables the debugger when the SDK first uses it.
 * @param sdk requires a module of the SDK like its launcher does.
 */
exports.enableDebuggerOnDemand = (sdk) => {
  const hooks = sdk("../../runtime/closure/v8Hooks");
  const urls = new Map();
  let session;
  hooks.isInitializedAsync = () => Promise.resolve();
  hooks.getSessionAsync = () => {
    session ??= open(urls);
    return Promise.resolve(session);
  };
  hooks.getScriptUrl = (scriptId) => urls.get(scriptId);
};

function open(urls) {
  const session = new Session();
  session.connect();
  session.on("Debugger.scriptParsed", ({ params }) => urls.set(params.scriptId, params.url));
  // Afterwards: it reports all scripts that are already loaded.
  // https://chromedevtools.github.io/devtools-protocol/v8/Debugger/#event-scriptParsed
  session.post("Debugger.enable");
  return session;
}
