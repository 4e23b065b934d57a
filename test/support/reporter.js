// Mocha's spec reporter with one plain closing line that scripts and CI can read.
"use strict";
const { reporters } = require("mocha");

module.exports = class ClosingLine extends reporters.Spec {
  epilogue() {
    super.epilogue();
    const { passes = 0, failures = 0, pending = 0 } = this.stats;
    console.log(`${passes} passed, ${failures} failed, ${pending} skipped`);
  }
};
