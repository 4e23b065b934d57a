#!/usr/bin/env node
// Prints the lines of each service of the local cloud and of each resource type: node scripts/lines.js
"use strict";
const { readdirSync, readFileSync, statSync } = require("node:fs");
const path = require("node:path");
require("ts-node/register/transpile-only");
const { services } = require("../localcloud/services");

const root = path.join(__dirname, "../localcloud");

function files(folder) {
  return readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name);
    return statSync(file).isDirectory() ? files(file) : /\.(ts|cjs)$/.test(name) ? [file] : [];
  });
}

const lines = (list) =>
  list.reduce((sum, file) => sum + readFileSync(file, "utf8").split("\n").length - 1, 0);

/** Resource types by the file that declares them. */
function declarations(folder) {
  return files(folder).map((file) => {
    const text = readFileSync(file, "utf8");
    const types = [...text.matchAll(/["`](aws:[\w-]+\/[\w$]+:\w+)["`]/g)].map(([, token]) => token);
    return { name: path.basename(file, ".ts"), lines: lines([file]), types: new Set(types).size };
  });
}

const row = (cells) =>
  console.log(cells.map((cell, i) => (i ? `${cell}`.padStart(11) : `${cell}`.padEnd(26))).join(""));

row(["service", "lines", "operations", "a piece", "on the kit"]);
for (const { name, operations } of services) {
  const folder = path.join(root, "services", name);
  const count = Object.keys(operations).length;
  const total = lines(files(folder));
  const onKit = files(folder).some((file) => readFileSync(file, "utf8").includes("entities/api"));
  row([name, total, count, Math.round(total / count), onKit ? "yes" : ""]);
}
row([
  "the kit",
  lines([...files(path.join(root, "entities")), ...files(path.join(root, "provider/mapped"))]),
]);
console.log();
row(["resource types in", "lines", "types", "a piece"]);
for (const one of declarations(path.join(root, "provider/resources")))
  row([one.name, one.lines, one.types, one.types ? Math.round(one.lines / one.types) : ""]);
