import * as path from "node:path";
import { packageFile } from "../../core/packageRoot";

/** The environment that `localcloud exec --no-program` sets for the Pulumi CLI. */
export interface PulumiEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  /** Whether the state is deleted with the cloud; false if the user set a backend for it. */
  readonly ownBackend: boolean;
}

/**
 * Returns the environment with which the real Pulumi CLI deploys to the local cloud: the local `aws` provider is first
 * on PATH, and nothing is downloaded. The state is kept in `home`, never in a PULUMI_BACKEND_URL that happens to be
 * set: that backend has the state of real resources, and a refresh against the local cloud would remove all of them
 * from it. PULUMI_BACKEND_URL also takes precedence over `backend:` of Pulumi.yaml and over `pulumi login`.
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
    ...(backend === undefined ? savedOnce(own) : {}),
  };
  return { variables, ownBackend: backend === undefined };
}

/**
 * Lets the CLI save the state once, at the end of a command, instead of after each resource, which takes a third of the
 * time. That would lose the state of a CLI that is killed, but this state is deleted with the cloud that it describes.
 * Both variables are needed: https://github.com/pulumi/pulumi/issues/10668
 */
function savedOnce(own: NodeJS.ProcessEnv): Record<string, string> {
  if (own.PULUMI_SKIP_CHECKPOINTS !== undefined) return {};
  return { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };
}
