// Fills the cache of ts-node's output from a second thread while the program loads. The first start of a program
// transpiles hundreds of files, one after another as they import each other, which is a third of its time.
"use strict";
const { Worker } = require("node:worker_threads");

/** Room for TypeScript's own objects: without a limit, the thread has as much as the process of a large program. */
const YOUNG_GENERATION_MB = 32;

/**
 * Starts the thread, which ends by itself or with its process.
 *
 * @param work the `main` file of the program, the `settings` of ts-node, and the `place` of its cache.
 * @returns a function that tells the thread what the program has transpiled by itself.
 */
exports.transpileAhead = (work) => {
  try {
    const thread = new Worker(require.resolve("./transpileThread.cjs"), {
      workerData: work,
      // The preloaded files of the process change how a program runs.
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    // The program transpiles what is missing, and reports what is wrong.
    thread.on("error", () => undefined);
    thread.unref();
    return (file, output) => thread.postMessage({ file, output });
  } catch {
    // Settings with functions cannot be passed to a thread.
    return () => undefined;
  }
};
