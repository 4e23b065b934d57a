import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import { bundle, type Files } from "./bundle";
import { CaptureError } from "./captureError";
import type { AnyFunction } from "./closureScope";
import { serializeCallback } from "./serialize";
import { keepSourceMap } from "./sourceMap";

export interface PackOptions {
  /** The function is a factory: called once at cold start, it returns the handler. Default false. */
  isFactory?: boolean;
  /** Errors are shown against this resource. */
  resource?: pulumi.Resource;
  /** Where packages are looked for first. Default: the program's folder. */
  directory?: string;
  /** Lambda gives AWS credentials in the environment; an instance needs all of the SDK's sources. Default "lambda". */
  runsIn?: "lambda" | "instance";
}

/** A callback as it ships: the files of the zip, and what they were made from. */
export interface PackedCallback {
  /** `index.js`, which exports `handler`, and `deps.js` when it uses npm packages. */
  files: Files;
  /** SHA-256 of the files, in base64: it changes exactly when the code does. */
  hash: string;
  /** The Outputs whose values are in the code: while one is unknown, so is the code. */
  captured: pulumi.Output<unknown>[];
}

/**
 * Serializes an inline callback, refuses what would not work in Lambda, and packs it with the little that
 * it uses of its packages.
 *
 * @throws pulumi.ResourceError naming the capture and what to do, without a stack.
 */
export async function packCallback(
  callback: AnyFunction,
  options: PackOptions = {},
): Promise<PackedCallback> {
  const { isFactory = false, resource, directory = process.cwd(), runsIn = "lambda" } = options;
  try {
    // Handlers of this package find its own dependencies where a strict package manager hides them.
    const folders = [directory, __dirname] as const;
    const serialized = await serializeCallback(callback, { isFactory, folders, resource });
    const { text, captured, functions } = serialized;
    const files = await bundle(text, { folders, runsIn });
    const code = files["index.js"];
    if (code !== undefined) await keepSourceMap(text, code, functions);
    return { files, hash: hashFiles(files), captured };
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    const subject = isFactory ? "callbackFactory" : "callback";
    throw new pulumi.ResourceError(`${subject} ${error.message}.`, resource, true);
  }
}

/** Names and lengths are part of it, so that text cannot move between files unseen. */
function hashFiles(files: Files): string {
  const hash = createHash("sha256");
  for (const [name, text] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${name}\0${text.length}\0${text}`);
  return hash.digest("base64");
}
