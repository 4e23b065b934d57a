// Pulumi's SDK sends the engine a text about each thing it does, arguments included. Nobody reads them, and they take a
// third of the time of a warm run.
"use strict";

/**
 * Stops texts of the severity `debug` from being sent, unless LOCALCLOUD_DEBUG is set.
 * @param sdk requires a module of the SDK like its launcher does.
 */
exports.leaveOutDebugTexts = (sdk) => {
  if (process.env.LOCALCLOUD_DEBUG) return;
  sdk("../../log").debug = () => Promise.resolve();
};
