// The questions that the benchmark asks a server's process: what it has used so far, and to end.
"use strict";

/** `close` ends what the server holds, before its process ends. */
exports.answerUsage = (close) => {
  process.on("message", async (question) => {
    if (question === "cpu") {
      const { user, system } = process.cpuUsage();
      return process.send(user + system);
    }
    if (question === "memory") {
      global.gc();
      return process.send(process.memoryUsage());
    }
    await close();
    process.exit(0);
  });
  process.once("disconnect", () => process.exit(1));
};
