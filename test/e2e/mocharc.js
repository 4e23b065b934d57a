"use strict";

// `npm run e2e`: the console in a real browser. Not part of `npm test`: it wants a chromium.
module.exports = {
  require: ["./localcloud/test/support/setup.js"],
  spec: ["test/e2e/*.e2e.ts"],
  timeout: 60_000,
  parallel: false,
};
