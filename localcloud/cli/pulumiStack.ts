import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { isObject } from "../provider/values";

/** Folder of the nearest Pulumi.yaml, from here upwards as the CLI looks for it; undefined when there is none. */
export function findProject(directory: string): string | undefined {
  if (existsSync(path.join(directory, "Pulumi.yaml"))) return directory;
  const parent = path.dirname(directory);
  return parent === directory ? undefined : findProject(parent);
}

/** Pulumi.yaml as far as it can be read; what is wrong with it the CLI says best. */
export function readProject(project: string): Record<string, unknown> {
  try {
    const value: unknown = parse(readFileSync(path.join(project, "Pulumi.yaml"), "utf8"));
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/**
 * Makes the project's stack in an empty backend, from a folder of its own in `home`: `pulumi stack init` notes a
 * salt in the stack's configuration. Answers why it could not; undefined also when there is no CLI to make it with.
 */
export function initStack(
  { name }: Record<string, unknown>,
  stack: string,
  home: string,
  variables: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  if (typeof name !== "string") return Promise.resolve(undefined);
  const cwd = path.join(home, "stack");
  mkdirSync(cwd);
  writeFileSync(path.join(cwd, "Pulumi.yaml"), JSON.stringify({ name, runtime: "nodejs" }));
  const args = ["stack", "init", stack, "--no-select", "--non-interactive"];
  return new Promise((resolve) => {
    execFile("pulumi", args, { cwd, env: { ...process.env, ...variables } }, (error, _out, err) => {
      resolve(error && error.code !== "ENOENT" ? err.trim() || error.message : undefined);
    });
  });
}
