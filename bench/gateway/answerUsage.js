// Messages from the benchmark to a server's process: report the usage so far, and end.
"use strict";

/** `close` releases the server's resources before the process ends. */
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
