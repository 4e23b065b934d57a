import type { AppManifest } from "./model";
import { rejection, shown } from "./reject";

export const deploymentOnlyModule = true;

type Check = (value: unknown) => string | undefined;

/** Checks for each key of lambda.json: a check returns what is allowed, or undefined when the value is valid. */
function checks(): { readonly [Key in keyof Required<AppManifest>]: Check } {
  return {
    handler: (value) =>
      typeof value === "string" && value.length <= 128 && /^[^\s]+\.[^\s.]+$/.test(value)
        ? undefined
        : "a file and an export, such as 'index.handler', without spaces, 128 characters at most",
    runtime: (value) =>
      typeof value === "string" && /^(nodejs\d\d\.x|python3\.\d+)$/.test(value)
        ? undefined
        : "such as 'nodejs24.x' or 'python3.13'",
    architecture: (value) =>
      value === "arm64" || value === "x86_64" ? undefined : "'arm64' or 'x86_64'",
    memorySize: whole(128, 10_240, "MB"),
    timeout: whole(1, 900, "seconds"),
    ephemeralStorage: whole(512, 10_240, "MB"),
    description: (value) =>
      typeof value === "string" && value.length <= 256
        ? undefined
        : "text of at most 256 characters",
    environment: checkEnvironment,
    layers: checkLayers,
    reservedConcurrency: whole(0, 1_000_000, "executions at a time"),
    build: checkBuild,
  };
}

/**
 * Parses the lambda.json of an archive. Refuses unknown keys by name: a misspelt `memroySize` would otherwise be
 * silently ignored.
 */
export function readManifest(text: string | undefined): AppManifest {
  if (text === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw bad(`lambda.json is not valid JSON: ${shown((error as Error).message)}`, "fix it");
  }
  const problem = manifestProblem(value);
  if (problem !== undefined)
    throw bad(`lambda.json: ${problem}`, "fix lambda.json and upload again");
  return value as AppManifest;
}

/** Returns what is wrong with an app's settings, whether they come from lambda.json or from the program. */
export function manifestProblem(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return "it has to be an object";
  const known = checks();
  for (const [key, given] of Object.entries(value)) {
    const check = Object.hasOwn(known, key) ? known[key as keyof AppManifest] : undefined;
    if (check === undefined) return unknownKey(key, Object.keys(known));
    const allowed = check(given);
    if (allowed !== undefined)
      return `'${key}' is ${shown(JSON.stringify(given) ?? "nothing")}; allowed is ${allowed}`;
  }
  return undefined;
}

function bad(message: string, fix: string): Error {
  return rejection("badManifest", message, fix);
}

function unknownKey(key: string, known: readonly string[]): string {
  // A person who uploads a zip must neither make the function public nor grant it permissions.
  if (/^(http|function_?url)$/i.test(key))
    return `'${key}' is for the program to say, in apps: take it out`;
  if (/^(role(_?arn)?|vpc(_?config)?)$/i.test(key))
    return `'${key}' cannot be set by an app: all apps share one role, without a VPC; remove it`;
  const near =
    known.find((name) => distance(name.toLowerCase(), key.toLowerCase()) <= 2) ?? synonym(key);
  const advice = near === undefined ? `known are ${known.join(", ")}` : `did you mean '${near}'?`;
  return `there is no key '${shown(key)}'; ${advice}`;
}

function synonym(key: string): string | undefined {
  const words: Readonly<Record<string, string>> = {
    memory: "memorySize",
    memory_size: "memorySize",
    timeout_seconds: "timeout",
    env: "environment",
    variables: "environment",
    environment_variables: "environment",
    concurrency: "reservedConcurrency",
    arch: "architecture",
    architectures: "architecture",
    lambda_handler: "handler",
    commands: "build",
    install: "build",
  };
  return Object.hasOwn(words, key) ? words[key] : undefined;
}

function whole(least: number, most: number, unit: string): Check {
  return (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
      ? undefined
      : `a whole number of ${unit} from ${least} to ${most}`;
}

function checkEnvironment(value: unknown): string | undefined {
  const allowed =
    "an object of text, { parameter: name of an SSM parameter } or { secret: name or ARN of a secret }, under names of letters, digits and _";
  if (typeof value !== "object" || value === null || Array.isArray(value)) return allowed;
  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
  for (const [name, given] of Object.entries(value)) {
    if (!/^[a-zA-Z][a-zA-Z0-9_]+$/.test(name) || !isVariable(given))
      return `${allowed}; '${shown(name)}' is not`;
    if (/^(AWS_|LAMBDA_|_)/.test(name))
      return `names that Lambda does not keep for itself; '${shown(name)}' is one`;
  }
  return undefined;
}

function isVariable(value: unknown): boolean {
  if (typeof value === "string") return true;
  if (typeof value !== "object" || value === null) return false;
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0) return false;
  return (
    (entry[0] === "parameter" || entry[0] === "secret") &&
    typeof entry[1] === "string" &&
    entry[1] !== ""
  );
}

function checkLayers(value: unknown): string | undefined {
  const isLayer = (arn: unknown): boolean =>
    typeof arn === "string" &&
    /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:layer:[A-Za-z0-9_-]+:\d+$/.test(arn);
  return Array.isArray(value) && value.length <= 5 && value.every(isLayer)
    ? undefined
    : "a list of at most 5 ARNs of layer versions";
}

/** A NUL character would truncate a command. */
function checkBuild(value: unknown): string | undefined {
  const isCommand = (one: unknown): boolean =>
    typeof one === "string" && one.trim() !== "" && one.length <= 1000 && !one.includes("\0");
  return Array.isArray(value) && value.length >= 1 && value.length <= 10 && value.every(isCommand)
    ? undefined
    : `a list of 1 to 10 commands of at most 1000 characters, such as ["npm ci --omit=dev"]`;
}

/** Returns how many letters must be inserted, deleted or replaced. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= Math.min(a.length, 40); i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
        ),
      );
    row = next;
  }
  return row[Math.min(b.length, 40)] ?? Infinity;
}
