// The end of a Pulumi program is the end of its process: nothing is left to wait for.
"use strict";

/**
 * Resolves when Node.js would end the process: nothing keeps the event loop, and no listener of `beforeExit` has made
 * new work. The channel to the parent does not count meanwhile.
 */
exports.untilLoopIsEmpty = () =>
  new Promise((resolve) => {
    process.channel.unref();
    const empty = () => {
      // What is listed now keeps nothing alive, or Node.js would not ask. This listener is the first: it came before the
      // program, so nothing of this turn's new work is among it.
      const idle = resources();
      // In this turn, whatever the other listeners began is under way.
      setImmediate(() => {
        if (resources() !== idle) return;
        process.off("beforeExit", empty);
        process.channel.ref();
        resolve();
      });
    };
    process.on("beforeExit", empty);
  });

/** Pipes of the output are listed, and so are sockets and timers that do not keep the loop. */
function resources() {
  return process.getActiveResourcesInfo().sort().join();
}
