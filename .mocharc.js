"use strict";
const { availableParallelism } = require("node:os");

module.exports = {
  require: ["./test/support/setup.js"],
  // The long ones first: none of them is then left to run alone at the end.
  spec: ["test/stacks/**/*.test.ts", "test/!(stacks)/**/*.test.ts"],
  reporter: "./test/support/reporter.js",
  timeout: 60_000,
  exit: false,
  parallel: true,
  // Mocha's own default leaves a core idle, which is half of a small machine; a job takes up to 1 GB.
  jobs: Math.min(Math.max(availableParallelism(), 2), 4),
};
