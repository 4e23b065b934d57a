import * as path from "node:path";
import { packageFile } from "../core/packageRoot";

/** What `localcloud exec --no-program` sets for the Pulumi CLI. */
export interface PulumiEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  /** The state goes with the cloud; false when the user named a backend for it. */
  readonly ownBackend: boolean;
}

/**
 * What makes the real Pulumi CLI deploy to the local cloud: our `aws` provider comes first on PATH, and nothing is
 * downloaded. The state is kept in `home`, never in a PULUMI_BACKEND_URL that happens to be set: that is where the
 * real resources are noted, and a refresh here would forget every one of them. PULUMI_BACKEND_URL also goes before
 * `backend:` of Pulumi.yaml and before `pulumi login`.
 */
export function pulumiEnvironment(
  home: string,
  stack: string,
  own: NodeJS.ProcessEnv,
): PulumiEnvironment {
  const backend = own.LOCALCLOUD_PULUMI_BACKEND_URL || undefined;
  const searchPath = [packageFile("bin/plugins"), own.PATH ?? ""].join(path.delimiter);
  const passphraseGiven = own.PULUMI_CONFIG_PASSPHRASE ?? own.PULUMI_CONFIG_PASSPHRASE_FILE;
  const variables = {
    PATH: searchPath,
    PULUMI_BACKEND_URL: backend ?? `file://${home}`,
    ...(backend === undefined ? { PULUMI_STACK: stack } : {}),
    ...(passphraseGiven === undefined ? { PULUMI_CONFIG_PASSPHRASE: "" } : {}),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
  return { variables, ownBackend: backend === undefined };
}
