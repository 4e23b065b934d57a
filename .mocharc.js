"use strict";
const { existsSync } = require("node:fs");
const { availableParallelism } = require("node:os");

/** Mocha's options whose value is the next word, which names no tests: https://mochajs.org/running/cli/ */
const VALUED =
  /^(-[fgjnOrRstu]|--(config|exclude|extension|f?grep|file|globals?|ignore|jobs|node-option|package|reporter(-options?)?|require|retries|slow|timeouts?|ui|watch-(files|ignore)))$/;
const words = process.argv.slice(2).filter((_word, at, all) => !VALUED.test(all[at - 1] ?? ""));
// Mocha adds what is given on its command line to `spec`: without this, one file or pattern would run all of them.
const given = words.some((word) => /^[^-].*(\/|\.ts$)/.test(word) || existsSync(word));

module.exports = {
  // Room for new values: with V8's default of 16 MB, tests that make many spend a tenth of their time on copying them.
  "node-option": ["min-semi-space-size=64", "max-semi-space-size=64"],
  require: ["./localcloud/test/support/setup.js"],
  // The long ones first: none of them is then left to run alone at the end.
  ...(given
    ? {}
    : {
        spec: [
          "test/stacks/**/*.test.ts",
          "test/!(stacks)/**/*.test.ts",
          "localcloud/test/**/*.test.ts",
        ],
      }),
  // Of a folder that is given.
  extension: ["test.ts"],
  recursive: true,
  reporter: "./test/support/reporter.js",
  timeout: 60_000,
  exit: false,
  parallel: true,
  // Mocha's own default leaves a core idle, which is half of a small machine; a job takes up to 1 GB.
  jobs: Math.min(Math.max(availableParallelism(), 2), 4),
};
