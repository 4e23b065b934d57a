import * as path from "node:path";
import { packageFile } from "../core/packageRoot";

/**
 * What makes the real Pulumi CLI deploy to the local cloud: our `aws` provider comes first on PATH, the
 * state is kept in `home` unless the user has a backend, and nothing is downloaded.
 */
export function pulumiEnvironment(home: string, own: NodeJS.ProcessEnv): Record<string, string> {
  const searchPath = [packageFile("bin/plugins"), own.PATH ?? ""].join(path.delimiter);
  const passphraseGiven = own.PULUMI_CONFIG_PASSPHRASE ?? own.PULUMI_CONFIG_PASSPHRASE_FILE;
  return {
    PATH: searchPath,
    PULUMI_BACKEND_URL: own.PULUMI_BACKEND_URL ?? `file://${home}`,
    ...(passphraseGiven === undefined ? { PULUMI_CONFIG_PASSPHRASE: "" } : {}),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}
