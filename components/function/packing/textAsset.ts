import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { fileOf } from "./caching/cacheFolder";

/**
 * Characters above which a text is passed to Pulumi as a file: a text asset would also be stored in the stack's state.
 */
const LONG_TEXT = 10_000;

/** Returns code as a Pulumi asset. */
export function textAsset(text: string): pulumi.asset.Asset {
  const file = text.length > LONG_TEXT ? fileOf(text, process.cwd()) : undefined;
  // A relative path, so that the state does not depend on the program's folder.
  return file
    ? new pulumi.asset.FileAsset(path.relative(process.cwd(), file))
    : new pulumi.asset.StringAsset(text);
}
