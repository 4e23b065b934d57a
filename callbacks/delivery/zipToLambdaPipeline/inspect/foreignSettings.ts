import type { AppManifest, Contents } from "./model";
import { shown } from "./reject";

export const deploymentOnlyModule = true;

// Reads the settings files of Chalice and Zappa: their settings of the function are used, and those that are not
// supported are listed.
// https://aws.github.io/chalice/topics/configfile.html
// https://github.com/zappa/Zappa#advanced-settings

interface Foreign {
  readonly manifest: AppManifest;
  readonly notes: readonly string[];
}

/**
 * Maps their keys to those of lambda.json; `silent` marks keys that are not about the function and not worth a note.
 */
function translations(): Readonly<Record<string, keyof AppManifest | "silent">> {
  return {
    lambda_memory_size: "memorySize",
    lambda_timeout: "timeout",
    reserved_concurrency: "reservedConcurrency",
    environment_variables: "environment",
    layers: "layers",
    memory_size: "memorySize",
    timeout_seconds: "timeout",
    ephemeral_storage: "ephemeralStorage",
    lambda_description: "description",
    version: "silent",
    app_name: "silent",
    project_name: "silent",
    stages: "silent",
    app_function: "silent",
    app_type: "silent",
    django_settings: "silent",
    runtime: "runtime",
    lambda_handler: "handler",
  };
}

export function foreignSettings(contents: Contents): Foreign {
  const chalice = contents.files.get(".chalice/config.json")?.text;
  if (chalice !== undefined) return translate(".chalice/config.json", chaliceStage(parse(chalice)));
  const zappa = contents.files.get("zappa_settings.json")?.text;
  if (zappa !== undefined) return translate("zappa_settings.json", onlyStage(parse(zappa)));
  return { manifest: {}, notes: [] };
}

/** Returns the only stage, or the one named production; Chalice has settings for all stages next to them. */
function chaliceStage(config: Values): Values {
  const { stages, ...common } = config;
  return { ...common, ...onlyStage(isValues(stages) ? stages : {}) };
}

function onlyStage(stages: Values): Values {
  const names = Object.keys(stages);
  const name = names.length === 1 ? names[0] : names.find((one) => /^prod(uction)?$/i.test(one));
  const stage = name === undefined ? undefined : stages[name];
  return isValues(stage) ? stage : {};
}

type Values = Readonly<Record<string, unknown>>;

function isValues(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(text: string): Values {
  try {
    const value: unknown = JSON.parse(text);
    return isValues(value) ? value : {};
  } catch {
    return {};
  }
}

function translate(file: string, values: Values): Foreign {
  const known = translations();
  const manifest: Record<string, unknown> = {};
  const ignored: string[] = [];
  for (const [key, value] of Object.entries(values)) {
    const to = Object.hasOwn(known, key) ? known[key] : undefined;
    if (to === undefined) ignored.push(shown(key));
    else if (to !== "silent") manifest[to] = value;
  }
  return {
    // The values are validated together with the others.
    manifest,
    notes:
      ignored.length === 0
        ? []
        : [`${file}: ${ignored.join(", ")} ${ignored.length === 1 ? "is" : "are"} ignored`],
  };
}
