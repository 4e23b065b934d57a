import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse, parseDocument } from "yaml";
import { isObject } from "../../provider/values";
import { readProject } from "./pulumiStack";

/**
 * Settings of a stack's encryption: the CLI writes them into the configuration file, and they are valid for one
 * backend.
 */
const ENCRYPTION = ["encryptionsalt", "encryptedkey", "secretsprovider"];

/**
 * Remembers the Pulumi.<stack>.yaml files of a project. The returned function reverts what the CLI itself writes into
 * them for a temporary stack (its salt, numbers as texts, no file at all after `pulumi stack rm`). Settings that
 * somebody changed in the meantime stay.
 */
export function rememberStackFiles(project: string): () => void {
  const { stackConfigDir } = readProject(project);
  const folder = path.join(project, typeof stackConfigDir === "string" ? stackConfigDir : "");
  const before = new Map(stackFiles(folder).map((file) => [file, readFileSync(file, "utf8")]));
  return () => {
    for (const file of new Set([...before.keys(), ...stackFiles(folder)]))
      restore(file, before.get(file));
  };
}

function stackFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => /^Pulumi\..+\.ya?ml$/.test(name));
  return names.map((name) => path.join(folder, name));
}

function restore(file: string, before: string | undefined): void {
  const now = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  if (now === before) return;
  if (now === undefined) return writeFileSync(file, before ?? "");
  const [were, are] = [settings(before ?? ""), settings(now)];
  // An unreadable file was edited by somebody; so was one that was encrypted before and no longer is.
  if (!were || !are || ENCRYPTION.some((key) => key in were && !(key in are))) return;
  if (!isDeepStrictEqual(configuration(were), configuration(are)))
    return keepWithout(file, now, were);
  if (before === undefined) rmSync(file);
  else writeFileSync(file, before);
}

/** Keeps changed settings, and removes only the temporary stack's encryption, unless a new secret needs it. */
function keepWithout(file: string, now: string, were: Record<string, unknown>): void {
  if (/\bsecure:/.test(now)) return;
  const document = parseDocument(now);
  for (const key of ENCRYPTION) if (!(key in were)) document.delete(key);
  writeFileSync(file, document.toString());
}

function settings(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = parse(text) ?? {};
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the configuration in the CLI's notation: it writes `7` as `"7"`. */
function configuration(all: Record<string, unknown>): unknown {
  const rest = Object.entries(all).filter(([key]) => !ENCRYPTION.includes(key));
  return asTexts(Object.fromEntries(rest.filter(([, value]) => !isEmpty(value))));
}

function asTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asTexts);
  if (!isObject(value)) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asTexts(item)]));
}

function isEmpty(value: unknown): boolean {
  return value === null || (isObject(value) && Object.keys(value).length === 0);
}
