import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";

/** The fields of an installed npm package that packing needs. */
export interface Package {
  name: string;
  directory: string;
  manifest: PackageManifest;
}

interface PackageManifest {
  name?: string;
  type?: string;
  gypfile?: boolean;
  pulumi?: unknown;
  exports?: unknown;
  sideEffects?: unknown;
  optionalDependencies?: Record<string, string>;
  cpu?: string[];
}

/** Returns the package that a file belongs to: the nearest package.json above it that has a name. */
export function packageOf(file: string): Package | undefined {
  for (let directory = path.dirname(file); ; directory = path.dirname(directory)) {
    const found = packageIn(directory);
    if (found) return found;
    if (directory === path.dirname(directory)) return undefined;
  }
}

/** Returns the package whose folder this is. */
export function packageIn(directory: string): Package | undefined {
  const manifest = readManifest(directory);
  return manifest?.name ? { name: manifest.name, directory, manifest } : undefined;
}

/** Returns the folder from which `require("<name>")` finds exactly this copy of the package. */
export function folderThatSees(found: Package): string | undefined {
  const suffix = path.join("node_modules", ...found.name.split("/"));
  return found.directory.endsWith(path.sep + suffix)
    ? found.directory.slice(0, -suffix.length - 1)
    : undefined;
}

/**
 * Checks for a package that is only for deployment (Pulumi's own, or one with a provider plugin): it never belongs in a
 * zip.
 */
export function isDeploymentPackage({ name, manifest }: Package): boolean {
  return name.startsWith("@pulumi/") || manifest.pulumi !== undefined;
}

/**
 * Checks for a package with native code: built with node-gyp on install, shipped in prebuilds/, or split into one
 * package per platform. Lambda runs Linux on arm64; the deploying machine may not.
 */
export function isNativePackage(found: Package): boolean {
  const { directory, manifest } = found;
  if (manifest.gypfile || existsSync(path.join(directory, "binding.gyp"))) return true;
  if (existsSync(path.join(directory, "prebuilds"))) return true;
  const optional = Object.keys(manifest.optionalDependencies ?? {});
  return optional.some((name) => isPlatformPackage(name, found));
}

/** Checks for an installed package for one platform, such as @img/sharp-linux-x64: next to or inside its dependent. */
function isPlatformPackage(name: string, dependent: Package): boolean {
  const above = path.join(dependent.directory, ...dependent.name.split("/").map(() => ".."));
  return [path.join(dependent.directory, "node_modules"), above].some(
    (folder) => readManifest(path.join(folder, name))?.cpu !== undefined,
  );
}

const manifests = new Map<string, PackageManifest | undefined>();

function readManifest(directory: string): PackageManifest | undefined {
  if (!manifests.has(directory)) manifests.set(directory, parseManifest(directory));
  return manifests.get(directory);
}

function parseManifest(directory: string): PackageManifest | undefined {
  try {
    const text = readFileSync(path.join(directory, "package.json"), "utf8");
    return JSON.parse(text) as PackageManifest;
  } catch {
    return undefined;
  }
}
