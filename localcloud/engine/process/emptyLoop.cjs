// A Pulumi program ends when its process would end: when there is nothing left to wait for.
"use strict";

/**
 * Resolves when Node.js would end the process: nothing keeps the event loop alive, and no listener of `beforeExit` has
 * started new work. The channel to the parent is ignored meanwhile.
 */
exports.untilLoopIsEmpty = () =>
  new Promise((resolve) => {
    process.channel.unref();
    const empty = () => {
      // Resources listed now keep nothing alive, or Node.js would not have emitted this event. This listener runs
      // first, because it was added before the program's, so new work of this turn is not listed yet.
      const idle = resources();
      // By now, work that the other listeners started is listed.
      setImmediate(() => {
        if (resources() !== idle) return;
        process.off("beforeExit", empty);
        process.channel.ref();
        resolve();
      });
    };
    process.on("beforeExit", empty);
  });

/** Lists active resources. These include output pipes, and sockets and timers that do not keep the loop alive. */
function resources() {
  return process.getActiveResourcesInfo().sort().join();
}
