"use strict";

// `npm run e2e`: the console in a real browser. Not part of `npm test`, because it needs Chromium.
module.exports = {
  require: ["./localcloud/test/support/setup.js"],
  spec: ["test/e2e/*.e2e.ts"],
  timeout: 60_000,
  parallel: false,
};
