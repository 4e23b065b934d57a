#!/usr/bin/env node
// Prints the changelog's section of a release, if tag, packages and changelog agree: node scripts/release-notes.js v1.2.3
"use strict";
const { readFileSync } = require("node:fs");
const path = require("node:path");

const TAG = /^v(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)$/;

/**
 * Returns the changelog's section of a release.
 * @throws an Error with one line for each mismatch.
 */
function releaseNotes(tag, packages, changelog) {
  const version = TAG.exec(tag)?.[1];
  if (version === undefined)
    throw new Error(`The tag '${tag}' is not a version; tag releases like v1.2.3.`);
  const wrong = packages
    .filter((one) => one.version !== version)
    .map(
      (one) =>
        `${one.name} has version ${one.version}; set it to ${version}, or tag v${one.version}.`,
    );
  for (const { name, devDependencies = {} } of packages)
    for (const { name: other } of packages)
      if (![undefined, version].includes(devDependencies[other]))
        wrong.push(`${name} depends on ${other} ${devDependencies[other]}; set it to ${version}.`);
  const notes = section(changelog, version);
  if (notes === undefined)
    wrong.push(
      `CHANGELOG.md has no section '## [${version}] - <yyyy-mm-dd>'; date what is under [Unreleased].`,
    );
  else if (notes === "") wrong.push(`CHANGELOG.md says nothing of ${version}.`);
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
  return notes;
}

/** Returns the text under the heading of a version; undefined if there is no dated heading. */
function section(changelog, version) {
  const [, ...sections] = changelog.split(/^## /m);
  const found = sections.find((text) =>
    new RegExp(`^\\[${version.replaceAll(".", "\\.")}\\] - \\d{4}-\\d{2}-\\d{2}\\n`).test(text),
  );
  return found?.slice(found.indexOf("\n")).trim();
}

module.exports = { releaseNotes };

if (require.main === module) {
  const root = path.join(__dirname, "..");
  const read = (file) => readFileSync(path.join(root, file), "utf8");
  const packages = ["package.json", "localcloud/package.json"].map((file) =>
    JSON.parse(read(file)),
  );
  try {
    console.log(releaseNotes(process.argv[2] ?? "", packages, read("CHANGELOG.md")));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
