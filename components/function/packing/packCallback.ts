import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import { bundle, type Files } from "./bundling/bundle";
import { CaptureError } from "./captureError";
import type { AnyFunction } from "./captures/closureScope";
import { storeResults } from "./caching/remember";
import { serializeCallback } from "./serialize";
import { keepSourceMap } from "./sourceMap";

export interface PackOptions {
  /** Whether the function is a factory: called once at cold start, it returns the handler. Default false. */
  isFactory?: boolean;
  /** Errors are shown against this resource. */
  resource?: pulumi.Resource;
  /** The folder in which packages are looked up first. Default: the program's folder. */
  directory?: string;
  /**
   * Lambda provides AWS credentials in the environment; an instance needs all of the SDK's sources. Default "lambda".
   */
  runsIn?: "lambda" | "instance";
}

/** A callback ready to deploy: the files of the zip, with their hash and the Outputs that they contain. */
export interface PackedCallback {
  /** `index.js`, which exports `handler`, and `deps.js` when it uses npm packages. */
  files: Files;
  /** SHA-256 of the files, in base64: it changes exactly when the code does. */
  hash: string;
  /** The Outputs whose values are in the code: while one of them is unknown, so is the code. */
  captured: pulumi.Output<unknown>[];
}

/** Callbacks that are being packed. */
let underWay = 0;

/**
 * Serializes an inline callback, refuses captures that would not work in Lambda, and packs it with only the parts of
 * its packages that it uses.
 *
 * @throws pulumi.ResourceError naming the capture and what to do, without a stack.
 */
export async function packCallback(
  callback: AnyFunction,
  options: PackOptions = {},
): Promise<PackedCallback> {
  const { isFactory = false, resource, directory = process.cwd(), runsIn = "lambda" } = options;
  underWay++;
  try {
    // With the second folder, handlers of this package find its dependencies even under a strict package manager.
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
  } finally {
    // A program packs its callbacks at the same time: the file is written once, after the last.
    if (--underWay === 0) storeResults();
  }
}

/** Hashes the files with their names and lengths, so that moving text between files changes the hash. */
function hashFiles(files: Files): string {
  const hash = createHash("sha256");
  for (const [name, text] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${name}\0${text.length}\0${text}`);
  return hash.digest("base64");
}
