import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { fileOf } from "./cacheFolder";

/** Characters above which a text goes to Pulumi as a path: as a text it would lie in the stack's state too. */
const LONG_TEXT = 10_000;

/** Code as Pulumi takes it. */
export function textAsset(text: string): pulumi.asset.Asset {
  const file = text.length > LONG_TEXT ? fileOf(text, process.cwd()) : undefined;
  // Relative, so that the state is the same wherever the program lies.
  return file
    ? new pulumi.asset.FileAsset(path.relative(process.cwd(), file))
    : new pulumi.asset.StringAsset(text);
}
