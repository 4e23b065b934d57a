#!/usr/bin/env node
// Markdown for $GITHUB_STEP_SUMMARY from the events of `pulumi preview --json` (PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true):
//   node scripts/preview-summary.js dev=dev.json prod=prod.json
// A file dev.json.base-failed says that the base branch of dev did not deploy.
// It lists operations, names and the properties that change, but no values, which may be secret.
"use strict";
const { existsSync, readFileSync } = require("node:fs");

const COUNTED = ["create", "update", "replace", "delete", "same"];
const SHOWN = new Set(["create", "update", "replace", "delete", "import"]);

/** Returns a summary of the events of one preview; a preview that ended early counts as failed. */
function readPreview(text) {
  const preview = { result: "failed", changes: {}, steps: [], violations: [], errors: [] };
  for (const line of text.split("\n").filter((one) => one.startsWith("{"))) {
    const event = JSON.parse(line);
    if (event.summaryEvent) {
      preview.changes = event.summaryEvent.resourceChanges ?? {};
      preview.result = event.summaryEvent.result ?? "succeeded";
    }
    if (event.resourcePreEvent) preview.steps.push(readStep(event.resourcePreEvent.metadata));
    if (event.policyEvent) preview.violations.push(readViolation(event.policyEvent));
    const { severity, message = "" } = event.diagnosticEvent ?? {};
    if (severity === "error") preview.errors.push(message.trim());
  }
  preview.steps = preview.steps.filter(({ op }) => SHOWN.has(op));
  return preview;
}

function readStep({ op, urn, type, detailedDiff, diffs }) {
  const properties = Object.keys(detailedDiff ?? {});
  return {
    op,
    type,
    name: nameOf(urn),
    properties: properties.length ? properties : (diffs ?? []),
  };
}

function readViolation({ resourceUrn = "", policyName, enforcementLevel, message }) {
  // The SDK prints the finding below the rule's own sentence.
  const [requires, ...finding] = message.trim().split("\n");
  return {
    level: enforcementLevel,
    rule: policyName,
    name: nameOf(resourceUrn),
    requires,
    finding: finding.join(" "),
  };
}

/** Returns the whole summary, for the previews by stack. */
function summarize(previews) {
  const rows = Object.entries(previews).map(([stack, preview]) => {
    const counts = COUNTED.map((op) => preview.changes[op] ?? 0);
    const mandatory = preview.violations.filter(({ level }) => level === "mandatory").length;
    // A preview that ended early has not checked every rule.
    const held = preview.result === "succeeded" ? "hold" : "-";
    const policies = mandatory === 0 ? held : `**${mandatory} violated**`;
    const result = preview.baseFailed ? `${preview.result}, **base failed**` : preview.result;
    return row([stack, result, ...counts, policies]);
  });
  const head = [
    "stack",
    "preview",
    "create",
    "update",
    "replace",
    "delete",
    "unchanged",
    "policies",
  ];
  const table = [row(head), row(head.map(() => "---")), ...rows];
  const details = Object.entries(previews).flatMap(([stack, preview]) => describe(stack, preview));
  return ["## Pulumi preview on the local cloud", "", ...table, ...details, ""].join("\n");
}

function describe(stack, { steps, violations, errors, baseFailed }) {
  const lines = [];
  if (baseFailed)
    lines.push(
      "",
      `**${stack}: the base branch does not deploy on the local cloud** (the job's log says why). ` +
        "Its resources are shown as created here, whether this change is about them or not.",
    );
  if (violations.length > 0) {
    lines.push(
      "",
      `### ${stack}: policies`,
      "",
      row(["", "rule", "resource", "finding", "how to fix it"]),
      row(Array(5).fill("---")),
    );
    for (const { level, rule, name, finding, requires } of violations)
      lines.push(row([level, rule, name, finding, requires]));
  }
  if (errors.length > 0)
    lines.push("", `### ${stack}: errors`, "", ...errors.map((error) => `- ${escape(error)}`));
  if (steps.length > 0) {
    lines.push("", `<details><summary>${stack}: ${steps.length} changes</summary>`, "");
    lines.push(row(["", "resource", "type", "properties"]), row(Array(4).fill("---")));
    for (const { op, name, type, properties } of steps)
      lines.push(row([op, name, type, properties.join(", ")]));
    lines.push("", "</details>");
  }
  return lines;
}

function nameOf(urn) {
  return urn.split("::")[3] ?? "";
}

function row(cells) {
  return `| ${cells.map((cell) => escape(String(cell))).join(" | ")} |`;
}

/** Escapes a name: a pull request can choose it, and it must not become Markdown. */
function escape(text) {
  return text
    .replace(/\s+/g, " ")
    .replace(
      /[\\|`<>[\]@]/g,
      (character) => ({ "<": "&lt;", ">": "&gt;", "@": "&#64;" })[character] ?? `\\${character}`,
    );
}

module.exports = { readPreview, summarize };

if (require.main === module) {
  const previews = process.argv.slice(2).map((argument) => {
    const [stack, file] = argument.split("=");
    const preview = readPreview(readFileSync(file, "utf8"));
    return [stack, { ...preview, baseFailed: existsSync(`${file}.base-failed`) }];
  });
  process.stdout.write(summarize(Object.fromEntries(previews)));
}
