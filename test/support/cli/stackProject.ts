import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { parse, stringify } from "yaml";

const REPOSITORY = path.join(__dirname, "../../..");

/** Ids of resources that must exist: the local cloud has no service for them, and does not check them. */
export const EXISTING_NETWORK = {
  "aws-callbacks:network": {
    subnetIds: ["subnet-00000000000000001"],
    securityGroupIds: ["sg-00000000000000001"],
  },
} as const;

/**
 * Creates a folder outside of the repository with one of its stacks and additional configuration, for tools that write
 * to it. Its program is the repository's own. The caller deletes the folder.
 */
export function stackProject(
  stack: string,
  config: Readonly<Record<string, unknown>> = {},
): string {
  const folder = mkdtempSync(path.join(tmpdir(), `${stack}-`));
  const project = { ...readYaml("Pulumi.yaml"), main: path.join(REPOSITORY, "index.ts") };
  writeFileSync(path.join(folder, "Pulumi.yaml"), stringify(project));
  const settings = readYaml(`Pulumi.${stack}.yaml`);
  const all = { ...settings, config: { ...Object(settings.config), ...config } as object };
  writeFileSync(path.join(folder, `Pulumi.${stack}.yaml`), stringify(all));
  for (const name of ["node_modules", "package.json", "tsconfig.json"])
    symlinkSync(path.join(REPOSITORY, name), path.join(folder, name));
  return folder;
}

function readYaml(file: string): Record<string, unknown> {
  return parse(readFileSync(path.join(REPOSITORY, file), "utf8")) as Record<string, unknown>;
}
