import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { isObject } from "../../provider/values";

/** Returns the folder of the nearest Pulumi.yaml, upwards from here like the CLI does; undefined if there is none. */
export function findProject(directory: string): string | undefined {
  if (existsSync(path.join(directory, "Pulumi.yaml"))) return directory;
  const parent = path.dirname(directory);
  return parent === directory ? undefined : findProject(parent);
}

/** Reads Pulumi.yaml if possible; the CLI reports errors in it best. */
export function readProject(project: string): Record<string, unknown> {
  try {
    const value: unknown = parse(readFileSync(path.join(project, "Pulumi.yaml"), "utf8"));
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/**
 * Creates the project's stack in an empty backend, from a separate folder in `home`, because `pulumi stack init` writes
 * a salt to the stack's configuration. Returns why it failed; undefined also if there is no Pulumi CLI.
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
