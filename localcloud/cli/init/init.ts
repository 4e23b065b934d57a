import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { createFolder } from "../../core/createFolder";
import { ProjectError } from "../../engine/project/projectError";
import { isObject } from "../../provider/values";
import type { InitRequest } from "../commandLine/requests";
import { json, MANIFEST, templates } from "./templates";

/** Packages that the new project imports, and how each is installed. */
const NEEDED = {
  "": ["aws-callbacks", "@pulumi/pulumi", "@pulumi/aws", "typescript@5", "ts-node"],
  "--save-dev ": ["aws-callbacks-localcloud", "@types/node"],
} as const;

/** Runs `localcloud init`: creates a project that runs, tests and debugs; existing files stay unchanged. */
export function init({ directory, name }: InitRequest): number {
  const project = name ?? projectName(path.basename(directory));
  if (!/^[\w.-]{1,100}$/.test(project)) {
    const allowed = "letters, digits, '.', '-' and '_', 100 at most";
    process.stderr.write(
      `localcloud: '${project}' is not a valid project name: allowed are ${allowed}.\n`,
    );
    return 2;
  }
  if (existsSync(path.join(directory, "Pulumi.yaml"))) {
    process.stderr.write(
      `localcloud: there is a Pulumi.yaml in ${directory} already: nothing was written.\n`,
    );
    return 1;
  }
  try {
    // Read first: nothing is written if it cannot be completed.
    const manifest = readManifest(directory);
    const lines = Object.entries(templates(project)).map(([file, text]) =>
      createFile(directory, file, text),
    );
    const created = [...lines, completeManifest(directory, project, manifest)];
    process.stdout.write(`${created.join("\n")}\n\n${next(directory).join("\n")}\n`);
    return 0;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!(error instanceof ProjectError) && code === undefined) throw error;
    process.stderr.write(`localcloud: cannot create a project in ${directory}: ${message}\n`);
    return 1;
  }
}

/** Names a project like its folder, as far as Pulumi accepts the name. */
function projectName(folder: string): string {
  return folder.replace(/[^\w.-]+/g, "-").slice(0, 100) || "project";
}

function createFile(directory: string, file: string, text: string): string {
  const place = path.join(directory, file);
  if (existsSync(place)) return `  kept    ${file}`;
  createFolder(path.dirname(place));
  writeFileSync(place, text);
  return `  created ${file}`;
}

/** Returns the content of package.json; undefined if there is none. @throws ProjectError */
function readManifest(directory: string): Record<string, unknown> | undefined {
  const file = path.join(directory, "package.json");
  if (!existsSync(file)) return undefined;
  const manifest = parse(readFileSync(file, "utf8"));
  if (isObject(manifest)) return manifest;
  throw new ProjectError("its package.json must be a JSON object.");
}

function parse(text: string): unknown {
  try {
    // npm accepts a byte order mark, too.
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new ProjectError(
      `its package.json is not valid JSON: ${(error as Error).message.split("\n", 1)[0]}`,
    );
  }
}

/** Adds only what is missing. npm's placeholder test script counts as missing. */
function completeManifest(
  directory: string,
  name: string,
  there: Record<string, unknown> | undefined,
): string {
  const file = path.join(directory, "package.json");
  const manifest = there ?? { name };
  const scripts = isObject(manifest.scripts) ? { ...manifest.scripts } : {};
  if (String(scripts.test).includes("no test specified")) delete scripts.test;
  const main = existsSync(path.join(directory, String(manifest.main)))
    ? manifest.main
    : MANIFEST.main;
  const merged = { ...MANIFEST, ...manifest, main, scripts: { ...MANIFEST.scripts, ...scripts } };
  writeFileSync(file, json(merged));
  return `  ${there === undefined ? "created" : "changed"} package.json (main, start, test)`;
}

function next(directory: string): string[] {
  const missing = Object.entries(NEEDED).flatMap(([flag, packages]) => {
    const names = packages.filter((one) => !isInstalled(directory, one));
    return names.length === 0 ? [] : [`  npm install ${flag}${names.join(" ")}`];
  });
  return [
    "Next",
    ...missing,
    "  npm start    # deploys it here, prints commands to try",
    "  npm test     # tests it",
  ];
}

function isInstalled(directory: string, name: string): boolean {
  return existsSync(path.join(directory, "node_modules", name.replace(/(?<=.)@.*$/, "")));
}
