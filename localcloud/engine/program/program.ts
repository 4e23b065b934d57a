import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import * as path from "node:path";
import { packageFile } from "../../core/packageRoot";
import type { Service } from "../protocol/channelServer";
import type { Project } from "../project/project";
import { ProjectError } from "../project/projectError";

export interface ProgramOptions {
  readonly project: Project;
  /** `127.0.0.1:<port>` of the monitor and engine services. */
  readonly address: string;
  /** The services at that address, for a program that calls them in another way. */
  readonly services: readonly Service[];
  readonly parallel: number;
  readonly environment: NodeJS.ProcessEnv;
  /** Resources that the program should describe first, if it has a way to receive their names. */
  readonly first: readonly { readonly type: string; readonly name: string }[];
  /** Receives the program's output, line by line. */
  onOutput(line: string): void;
}

export interface ProgramExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A started program. */
export interface ProgramRun {
  readonly exited: Promise<ProgramExit>;
  stop(): void;
}

/** How a program is run with the SDK's own launcher, like the CLI's language host does. */
export interface LauncherRun {
  readonly launcher: string;
  readonly launcherArguments: readonly string[];
  readonly nodeArguments: readonly string[];
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
}

export function runOf(options: ProgramOptions): LauncherRun {
  return {
    launcher: launcher(options.project.programDirectory),
    launcherArguments: launcherArguments(options),
    nodeArguments: options.project.runtime.nodeArguments,
    // The launcher changes to the program's own folder; caches stay in the project's.
    cwd: options.project.directory,
    environment: environment(options),
  };
}

/** A Pulumi program in a separate process. */
export class Program implements ProgramRun {
  private readonly child: ChildProcess;
  readonly exited: Promise<ProgramExit>;

  constructor(options: ProgramOptions) {
    const { launcher, launcherArguments, nodeArguments, cwd, environment } = runOf(options);
    // As one argument: the launcher would take a separate `--require` for the program's own way to load TypeScript, and
    // would leave a program with ES modules to it.
    const preload = `--require=${packageFile("engine/process/programPreload.cjs")}`;
    this.child = spawn(
      process.execPath,
      [...nodeArguments, preload, launcher, ...launcherArguments],
      // Nothing is sent over the channel: its end tells the program that this process is gone.
      { cwd, stdio: ["ignore", "pipe", "pipe", "ipc"], env: environment },
    );
    onLines(this.child.stdout, options.onOutput);
    onLines(this.child.stderr, options.onOutput);
    this.exited = new Promise((resolve, reject) => {
      this.child.once("error", reject);
      this.child.once("close", (code, signal) => resolve({ code, signal }));
    });
  }

  stop(): void {
    this.child.kill("SIGKILL");
  }
}

function launcherArguments({ project, address, parallel }: ProgramOptions): string[] {
  return [
    `--monitor=${address}`,
    `--engine=${address}`,
    `--project=${project.name}`,
    `--stack=${project.stack}`,
    "--organization=localcloud",
    `--root-directory=${project.directory}`,
    `--pwd=${project.programDirectory}`,
    `--parallel=${parallel}`,
    project.main,
  ];
}

/** Looked up from the program, so that it runs with the SDK version that it was written for. */
function launcher(directory: string): string {
  try {
    return createRequire(path.join(directory, "package.json")).resolve("@pulumi/pulumi/cmd/run");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ProjectError(
      code === "MODULE_NOT_FOUND"
        ? `The program in ${directory} has no @pulumi/pulumi installed; run 'npm install' there first.`
        : `Node.js cannot find @pulumi/pulumi from ${directory}: ${message}`,
    );
  }
}

function environment({ project, environment }: ProgramOptions): NodeJS.ProcessEnv {
  const { typescript, tsconfig } = project.runtime;
  return {
    ...environment,
    ...(tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
    PULUMI_CONFIG: JSON.stringify(project.config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(project.secretKeys),
    PULUMI_NODEJS_TYPESCRIPT: String(typescript),
    // Type checking takes longer than the whole deployment; `npm run check` does it.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
}

/** Calls `onLine` for each line of a stream, including a last one without a line end. */
export function onLines(
  stream: NodeJS.ReadableStream | null,
  onLine: (line: string) => void,
): void {
  let rest = "";
  stream?.setEncoding("utf8");
  stream?.on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    parts.forEach(onLine);
  });
  stream?.on("end", () => {
    if (rest) onLine(rest);
  });
}
