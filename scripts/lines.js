#!/usr/bin/env node
// Prints the lines of each service of the local cloud and of each resource type: node scripts/lines.js
"use strict";
const { readdirSync, readFileSync, statSync } = require("node:fs");
const path = require("node:path");
require("ts-node/register/transpile-only");
const { services } = require("../localcloud/services");

const root = path.join(__dirname, "../localcloud");

/** Returns the sources in a folder, or the file itself. */
function filesAt(place) {
  if (!statSync(place).isDirectory()) return /\.(ts|cjs)$/.test(place) ? [place] : [];
  return readdirSync(place).flatMap((name) => filesAt(path.join(place, name)));
}

const lines = (list) =>
  list.reduce((sum, file) => sum + readFileSync(file, "utf8").split("\n").length - 1, 0);

/** Counts the lines and resource types of each service: a file, or a folder with what its types share. */
function resourceTypes(folder) {
  return readdirSync(folder)
    .filter((name) => name !== "index.ts")
    .map((name) => {
      const declared = new Set(filesAt(path.join(folder, name)).flatMap(tokensOf));
      const total = lines(filesAt(path.join(folder, name)));
      return { name: path.basename(name, ".ts"), lines: total, types: declared.size };
    });
}

function tokensOf(file) {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/["`](aws:[\w-]+\/[\w$]+:\w+)["`]/g)].map(([, token]) => token);
}

const row = (cells) =>
  console.log(cells.map((cell, i) => (i ? `${cell}`.padStart(11) : `${cell}`.padEnd(26))).join(""));

row(["service", "lines", "operations", "a piece", "on the kit"]);
for (const { name, operations } of services) {
  const folder = path.join(root, "services", name);
  const count = Object.keys(operations).length;
  const total = lines(filesAt(folder));
  const onKit = filesAt(folder).some((file) => readFileSync(file, "utf8").includes("entities/api"));
  row([name, total, count, Math.round(total / count), onKit ? "yes" : ""]);
}
row([
  "the kit",
  lines([...filesAt(path.join(root, "entities")), ...filesAt(path.join(root, "provider/mapped"))]),
]);
console.log();
row(["resource types of", "lines", "types", "a piece"]);
for (const one of resourceTypes(path.join(root, "provider/resources")))
  row([one.name, one.lines, one.types, Math.round(one.lines / one.types)]);
