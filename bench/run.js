#!/usr/bin/env node
// Runs the benchmarks (all, or those named), prints a table for each, writes bench/results/<name>.json. Exit code 1 if
// a limit is missed.
"use strict";
require("../localcloud/test/support/setup.js");
const { mkdirSync, writeFileSync } = require("node:fs");
const path = require("node:path");

const BENCHMARKS = [
  ...["packing", "gateway", "program", "redeploy", "ssh", "preview", "commands"],
  ...["start", "save", "soak", "zip"],
];

if (process.argv.includes("--help")) {
  console.log(`npm run bench [-- ${BENCHMARKS.join(" | ")}]`);
  process.exit(0);
}

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !BENCHMARKS.includes(name));
if (unknown) {
  console.error(`There is no benchmark '${unknown}'; there are ${BENCHMARKS.join(", ")}.`);
  process.exit(2);
}

(async () => {
  let missed = 0;
  for (const name of wanted.length > 0 ? wanted : BENCHMARKS) {
    const result = await require(`./${name}.ts`).run();
    console.log(`\n${result.title}`);
    console.table(
      result.rows.map(({ figure, ours, theirs, ratio, bar, holds }) => ({
        figure,
        ours,
        theirs,
        ratio: Number(ratio.toFixed(ratio < 0.1 ? 4 : 2)),
        bar: bar ?? "",
        holds: holds === undefined ? "" : holds ? "yes" : "NO",
      })),
    );
    missed += result.rows.filter(({ holds }) => holds === false).length;
    const folder = path.join(__dirname, "results");
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, `${name}.json`), `${JSON.stringify(result, undefined, 2)}\n`);
  }
  if (missed > 0) console.error(`${missed} bars missed.`);
  process.exitCode = missed > 0 ? 1 : 0;
})();
