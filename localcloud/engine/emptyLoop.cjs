// The end of a Pulumi program is the end of its process: nothing is left to wait for.
"use strict";

/**
 * Resolves when Node.js would end the process: nothing keeps the event loop, and no listener of `beforeExit` has made
 * new work. The channel to the parent does not count meanwhile.
 */
exports.untilLoopIsEmpty = () =>
  new Promise((resolve) => {
    process.channel.unref();
    // The pipes of the output are listed, although they do not keep the loop.
    const idle = process.getActiveResourcesInfo().sort().join();
    const empty = () =>
      // In this turn, whatever the other listeners began is under way.
      setImmediate(() => {
        if (process.getActiveResourcesInfo().sort().join() !== idle) return;
        process.off("beforeExit", empty);
        process.channel.ref();
        resolve();
      });
    process.on("beforeExit", empty);
  });
