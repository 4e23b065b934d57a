import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import type { Properties } from "../../provider/types";
import { ARCHIVE, ASSET, isObject, SIGNATURE, signatureOf } from "../../provider/values";

/** Adds a hash of the contents to every asset and archive, so that a diff detects changes inside a file. */
export function hashAssets(inputs: Properties, directory: string): Properties {
  return withHashes(inputs, directory) as Properties;
}

function withHashes(value: unknown, directory: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withHashes(item, directory));
  if (!isObject(value)) return value;
  const signature = signatureOf(value);
  if (signature === ASSET) return { ...value, hash: assetHash(value, directory) };
  if (signature === ARCHIVE) return hashArchive(value, directory);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withHashes(item, directory)]),
  );
}

function assetHash(asset: Record<string, unknown>, directory: string): string {
  if (typeof asset.text === "string") return sha256(asset.text);
  if (typeof asset.path === "string")
    return sha256(readFileSync(path.resolve(directory, asset.path)));
  throw new Error(
    "Remote assets (uri) cannot be fetched on the local cloud; use a file or a string.",
  );
}

function hashArchive(archive: Record<string, unknown>, directory: string): unknown {
  if (isObject(archive.assets)) {
    const assets = withHashes(archive.assets, directory) as Record<string, { hash?: string }>;
    const hashes = Object.keys(assets)
      .sort()
      .map((name) => `${name}\0${assets[name].hash ?? ""}\n`);
    return { ...archive, assets, hash: sha256(hashes.join("")) };
  }
  if (typeof archive.path === "string")
    return {
      ...archive,
      hash: sha256(fileHashes(path.resolve(directory, archive.path)).join("\n")),
    };
  throw new Error(
    "Remote archives (uri) cannot be fetched on the local cloud; use a file or a folder.",
  );
}

function fileHashes(file: string): string[] {
  if (!statSync(file).isDirectory()) return [sha256(readFileSync(file))];
  return readdirSync(file)
    .sort()
    .flatMap((name) => fileHashes(path.join(file, name)).map((hash) => `${name}/${hash}`));
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Checks whether an object is an asset or archive; `SIGNATURE` is never a property name of AWS. */
export function isAssetLike(value: unknown): value is Record<string, unknown> {
  return isObject(value) && (value[SIGNATURE] === ASSET || value[SIGNATURE] === ARCHIVE);
}
