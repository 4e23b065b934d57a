import { execFile } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";

/** Returns the folder of the Pulumi CLI: on PATH, or next to the repository; undefined if there is none. */
export function findPulumiCli(): string | undefined {
  const folders = [
    ...(process.env.PATH ?? "").split(path.delimiter),
    path.join(__dirname, "../../../../shared/bin"),
  ];
  return folders.find((folder) => folder !== "" && existsSync(path.join(folder, "pulumi")));
}

export const NO_CLI = "the Pulumi CLI is neither on PATH nor in ../shared/bin";

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Returns the environment of a CLI that stores everything in one folder, `home`, and uses no network. */
export function cliEnvironment(cli: string, home: string): NodeJS.ProcessEnv {
  if (home) preventLogs(home);
  return {
    ...process.env,
    PATH: `${cli}${path.delimiter}${process.env.PATH ?? ""}`,
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${home}`,
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    // Saves the state once, at the end of a command: see cli/pulumi/pulumiEnvironment.ts.
    PULUMI_EXPERIMENTAL: "true",
    PULUMI_SKIP_CHECKPOINTS: "true",
    NODE_OPTIONS: `--require ${path.join(__dirname, "cliPreload.cjs")}`,
    TRANSPILED: path.join(home, "transpiled"),
    NO_COLOR: "1",
  };
}

/**
 * The CLI writes a log of each command to a folder of its home, compressed and encrypted, which takes a third of its CPU
 * time. No variable prevents that (https://github.com/pulumi/pulumi/pull/23731), but it does without where the folder
 * cannot be created.
 */
function preventLogs(home: string): void {
  mkdirSync(home, { recursive: true });
  writeFileSync(path.join(home, "logs"), "");
}

/** Milliseconds after which a command counts as hanging, even on a busy machine. */
const LIMIT = 300_000;

/** Runs one command until it ends. */
export function runCommand(
  file: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<CliResult> {
  return new Promise((resolve) => {
    execFile(
      file,
      [...args],
      { ...options, timeout: LIMIT, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        resolve({
          code: typeof error?.code === "number" ? error.code : error ? 1 : 0,
          stdout,
          stderr,
        });
      },
    );
  });
}
