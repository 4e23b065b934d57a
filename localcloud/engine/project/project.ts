import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { didYouMean } from "../../core/closest";
import { ProjectError } from "./projectError";
import { checkRegion } from "./region";
import { readRuntimeOptions, type RuntimeOptions } from "./runtimeOptions";
import { decryptSecure } from "./secure";
import { isObject } from "../../provider/values";

/** A Pulumi project and one of its stacks, as read from its YAML files. */
export interface Project {
  readonly name: string;
  readonly stack: string;
  readonly directory: string;
  /** Folder that the program runs in and that its paths are relative to. */
  readonly programDirectory: string;
  /** Entry point in that folder; `.` = package.json's main. */
  readonly main: string;
  /** Configuration by full key (`aws:region`), with values as Pulumi passes them: strings, objects as JSON. */
  readonly config: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
  /** `options: { refresh: always }`: every run first reads the actual state of AWS. */
  readonly refresh: boolean;
  readonly runtime: RuntimeOptions;
}

/** Reads Pulumi.yaml and Pulumi.<stack>.yaml; throws a ProjectError for settings that cannot be used. */
export function loadProject(
  directory: string,
  stack: string,
  passphrase: string | undefined,
): Project {
  const project = readYaml(path.join(directory, "Pulumi.yaml"));
  if (!project)
    throw new ProjectError(
      `There is no Pulumi.yaml in ${directory}. Run this in the folder of a Pulumi program, or create one with 'npx localcloud init'.`,
    );
  if (typeof project.name !== "string") throw new ProjectError("Pulumi.yaml has no `name`.");
  const language = isObject(project.runtime) ? project.runtime.name : project.runtime;
  if (language !== "nodejs")
    throw new ProjectError(
      `Pulumi.yaml says runtime '${String(language)}'; the local cloud runs 'nodejs' programs.`,
    );
  const file = path.join(directory, `Pulumi.${stack}.yaml`);
  const settings = readYaml(file);
  if (!settings)
    throw new ProjectError(
      `There is no stack '${stack}': ${path.basename(file)} does not exist.${otherStacks(directory, stack)}`,
    );
  if (settings.environment !== undefined)
    throw new ProjectError(
      `${path.basename(file)} imports Pulumi ESC environments, which the local cloud cannot reach; ` +
        "write their values under `config` in a stack of its own.",
    );
  const { config: values } = settings;
  if (values !== undefined && values !== null && !isObject(values))
    throw new ProjectError(
      `\`config\` in ${path.basename(file)} must be a mapping of keys to values.`,
    );
  const salt = typeof settings.encryptionsalt === "string" ? settings.encryptionsalt : undefined;
  const config: Record<string, string> = {};
  const secretKeys = new Set<string>();
  for (const [key, given] of configEntries(project, settings)) {
    const fullKey = key.includes(":") ? key : `${project.name}:${key}`;
    const decrypted = decryptInside(given, { salt, passphrase, key: fullKey, stack });
    if (decrypted.secret) secretKeys.add(fullKey);
    const { value } = decrypted;
    config[fullKey] = typeof value === "string" ? value : JSON.stringify(value);
  }
  const region = config["aws:region"];
  if (region !== undefined) checkRegion(region, path.basename(file));
  // The CLI treats any other value as "no".
  const refresh = isObject(project.options) && project.options.refresh === "always";
  const { name } = project;
  const runtime = runtimeOptions(project.runtime);
  const program = entryPoint(directory, project.main);
  const secrets = { secretKeys: [...secretKeys] };
  return { name, stack, directory, ...program, config, ...secrets, refresh, runtime };
}

/** Returns which stack may have been meant, and which exist. */
function otherStacks(directory: string, stack: string): string {
  const there = readdirSync(directory).flatMap(
    (name) => /^Pulumi\.(.+)\.ya?ml$/.exec(name)?.[1] ?? [],
  );
  if (there.length === 0)
    return ` Create it: 'npx localcloud init' creates a whole project, 'pulumi stack init ${stack}' only a stack.`;
  return didYouMean(stack, there) || ` There are: ${there.sort().join(", ")}.`;
}

function runtimeOptions(runtime: unknown): RuntimeOptions {
  try {
    return readRuntimeOptions(runtime);
  } catch (error) {
    throw new ProjectError(`Pulumi.yaml: ${(error as Error).message}`);
  }
}

/**
 * Splits the entry point: `main: infra/` runs that folder, `main: infra/index.ts` that file, both in the folder
 * `infra`.
 * https://github.com/pulumi/pulumi/blob/master/pkg/engine/project.go (`getPwdMain`)
 */
function entryPoint(directory: string, main: unknown): Pick<Project, "programDirectory" | "main"> {
  if (typeof main !== "string" || main === "") return { programDirectory: directory, main: "." };
  const place = path.resolve(directory, main);
  const found = statSync(place, { throwIfNoEntry: false });
  if (!found)
    throw new ProjectError(
      `Pulumi.yaml names '${main}' as its main: there is no such file or folder.`,
    );
  if (found.isDirectory()) return { programDirectory: place, main: "." };
  return { programDirectory: path.dirname(place), main: path.basename(place) };
}

type Decryption = Parameters<typeof decryptSecure>[1];

/** Returns the value with every `secure:` in it decrypted, at any depth, and whether there was one. */
function decryptInside(value: unknown, options: Decryption): { value: unknown; secret: boolean } {
  if (Array.isArray(value)) {
    const items = value.map((item) => decryptInside(item, options));
    return { value: items.map((item) => item.value), secret: items.some(({ secret }) => secret) };
  }
  if (!isObject(value)) return { value, secret: false };
  if (typeof value.secure === "string" && Object.keys(value).length === 1)
    return { value: decryptSecure(value.secure, options), secret: true };
  const members = Object.entries(value).map(([key, item]) => ({
    key,
    ...decryptInside(item, options),
  }));
  return {
    value: Object.fromEntries(members.map((member) => [member.key, member.value])),
    secret: members.some(({ secret }) => secret),
  };
}

/** Returns the project's defaults first, so that the stack's own values override them. */
function configEntries(
  project: Record<string, unknown>,
  settings: Record<string, unknown>,
): [string, unknown][] {
  const declared = isObject(project.config) ? Object.entries(project.config) : [];
  const defaults = declared.flatMap(([key, value]): [string, unknown][] => {
    if (!isObject(value)) return [[key, value]];
    if ("value" in value) return [[key, value.value]];
    return "default" in value ? [[key, value.default]] : [];
  });
  return [...defaults, ...(isObject(settings.config) ? Object.entries(settings.config) : [])];
}

function readYaml(file: string): Record<string, unknown> | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const value: unknown = parse(readFileSync(file, "utf8"));
    if (value === null || value === undefined) return {};
    if (isObject(value)) return value;
  } catch (error) {
    // The first line names the place; the others draw it.
    const [problem] = (error as Error).message.split("\n", 1);
    throw new ProjectError(
      `${path.basename(file)} is not valid YAML: ${problem.replace(/:$/, ".")}`,
    );
  }
  throw new ProjectError(`${path.basename(file)} must be a YAML mapping.`);
}
