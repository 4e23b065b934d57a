// Fails quick tests that start a process: see .mocharc.quick.js.
"use strict";
const childProcess = require("node:child_process");

/** Packing needs esbuild, which serves a whole file; workerpool starts Mocha's jobs. */
const ALLOWED = /[\\/](esbuild|workerpool)[\\/]/;

for (const name of ["spawn", "spawnSync", "fork", "execFile", "execFileSync", "exec", "execSync"]) {
  const start = childProcess[name];
  childProcess[name] = function (...args) {
    const command = [args[0], ...(Array.isArray(args[1]) ? args[1] : [])].join(" ");
    if (ALLOWED.test(new Error().stack ?? "") || ALLOWED.test(command))
      return start.apply(this, args);
    throw new Error(
      `A quick test starts a process (${command}); name its file in .mocharc.quick.js, under \`ignore\`.`,
    );
  };
}
