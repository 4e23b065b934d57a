import type * as esbuild from "esbuild";
import * as path from "node:path";
import { CaptureError } from "../captureError";
import { isDeploymentPackage, isNativePackage, packageOf } from "./packages";
import { nativeCodeError } from "./requireLikeNode";

/** Returns the refusal for an error of the bundler. */
export function buildError(error: unknown, folder: string): CaptureError {
  const [message] = (error as Partial<esbuild.BuildFailure>).errors ?? [];
  if (!message) return new CaptureError(`cannot be packed: ${String(error)}`);
  const missing = /^Could not resolve "(.+)"$/.exec(message.text)?.[1];
  const importer = message.location && packageOf(path.resolve(folder, message.location.file))?.name;
  if (missing) {
    const by = importer ? `, required by package ${importer}` : "";
    return new CaptureError(`needs '${missing}'${by}, which is not installed: install it`);
  }
  if (/\btop-level await\b/i.test(message.text)) {
    return new CaptureError(
      `needs package ${importer ?? "of ES modules"}, which uses await outside of functions, but a zip ` +
        "is CommonJS, which cannot: use a version or a package that does not",
    );
  }
  const where = importer ? ` (in package ${importer})` : "";
  return new CaptureError(`cannot be packed: ${message.text}${where}`);
}

/** Refuses a bundle that needs something of the deploying machine: native code, or Pulumi's engine. */
export function assertPortableInputs(metafile: esbuild.Metafile, folder: string): void {
  const [output] = Object.values(metafile.outputs);
  for (const [input, { bytesInOutput }] of Object.entries(output?.inputs ?? {})) {
    const file = path.resolve(folder, input);
    const owner = bytesInOutput > 0 ? packageOf(file) : undefined;
    if (!owner || !file.includes(`${path.sep}node_modules${path.sep}`)) continue;
    if (isNativePackage(owner)) throw nativeCodeError(file);
    if (!isDeploymentPackage(owner)) continue;
    throw new CaptureError(
      `pulls the deployment library ${owner.name} into the zip: import only what runs in Lambda`,
    );
  }
}
