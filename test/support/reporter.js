// Mocha's spec reporter with the time of a run, leftover processes, and one plain closing line for scripts and CI.
"use strict";
const path = require("node:path");
const { reporters, Runner } = require("mocha");
const { canLook, leftProcesses } = require("../../localcloud/test/support/leftProcesses.js");

const SHOWN = 20;
const { EVENT_HOOK_END, EVENT_TEST_END } = Runner.constants;

module.exports = class ClosingLine extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    this.spent = new Map();
    // Also in parallel mode: a job's report has the file and the time.
    const add = ({ file, duration }) => {
      if (file) this.spent.set(file, (this.spent.get(file) ?? 0) + (duration ?? 0));
    };
    runner.on(EVENT_TEST_END, add).on(EVENT_HOOK_END, add);
  }

  /** After the jobs have ended, which are processes as well. */
  async done(failures, end) {
    const { passes = 0, pending = 0 } = this.stats;
    this.printSlowest();
    const left = canLook ? await leftProcesses() : [];
    for (const process of left) console.log(`  left behind by the tests: ${process}`);
    if (!canLook) console.log("  skipped: looking for processes that the tests left behind");
    const [failed, skipped] = [failures + left.length, pending + (canLook ? 0 : 1)];
    console.log(`${passes} passed, ${failed} failed, ${skipped} skipped`);
    end(failed);
  }

  printSlowest() {
    if (this.spent.size < 2) return;
    const slowest = [...this.spent].sort(([, a], [, b]) => b - a).slice(0, SHOWN);
    console.log("  the slowest files, without the time to load them:");
    for (const [file, spent] of slowest) {
      const name = path.relative(process.cwd(), file);
      console.log(`  ${(spent / 1000).toFixed(1).padStart(7)} s  ${name}`);
    }
    console.log();
  }
};
