import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import type { CommandAnswer, ComponentCommand } from "../../cloud/program";
import { BadControlRequest } from "../../core/load";

/** A component of a program, as its package's commands identify it. */
export interface CommandTarget {
  readonly type: string;
  readonly name: string;
  readonly project: string;
  readonly stack: string;
}

/** The command line of a package of components, and the commands for each type. */
interface CommandPackage {
  /** The package's script, which Node.js runs. */
  readonly script: string;
  /** Commands by component type; `{name}` in an argument is replaced by the component's name. */
  readonly commands: Readonly<Record<string, readonly ComponentCommand[]>>;
}

interface Manifest {
  readonly name?: string;
  readonly bin?: string | Readonly<Record<string, string>>;
  readonly localcloud?: { readonly commands?: string };
}

const LONGEST_MS = 120_000;
const MOST_BYTES = 1024 * 1024;

/**
 * The commands that packages offer for their components. The first part of a component's type is the name of its
 * package (https://www.pulumi.com/docs/iac/concepts/resources/names/#types), which names a file of commands in its
 * package.json: `"localcloud": { "commands": "commands.json" }`.
 */
export class ComponentCommands {
  private readonly packages = new Map<string, CommandPackage | undefined>();

  /** Packages are looked up from the program's folder upwards. */
  constructor(
    private readonly directory: string,
    private readonly environment: () => NodeJS.ProcessEnv,
  ) {}

  of(type: string): readonly ComponentCommand[] {
    return this.packageOf(type)?.commands[type] ?? [];
  }

  /** Runs a command of a component. @throws BadControlRequest if the component has no such command */
  run(target: CommandTarget, title: unknown): Promise<CommandAnswer> {
    const found = this.packageOf(target.type);
    const command = this.of(target.type).find((one) => one.title === title);
    if (!found || !command) {
      const titles = this.of(target.type).map((one) => `'${one.title}'`);
      throw new BadControlRequest(
        `${target.name} has no command '${String(title)}'; there is: ${titles.join(", ") || "none"}.`,
      );
    }
    const { name, project, stack } = target;
    const args = command.args.map((one) => one.replaceAll("{name}", name));
    const argv = [found.script, ...args, "--project", project, "--stack", stack];
    return execute(argv, { cwd: this.directory, env: this.environment() });
  }

  private packageOf(type: string): CommandPackage | undefined {
    const [name] = type.split(":");
    if (!this.packages.has(name)) this.packages.set(name, findPackage(name, this.directory));
    return this.packages.get(name);
  }
}

function findPackage(name: string, start: string): CommandPackage | undefined {
  if (!/^[a-z\d][a-z\d._-]*$/.test(name)) return undefined;
  for (let folder = start; ; folder = path.dirname(folder)) {
    for (const place of [folder, path.join(folder, "node_modules", name)]) {
      const manifest = readManifest(place);
      if (manifest?.name === name) return commandPackage(place, manifest);
    }
    if (path.dirname(folder) === folder) return undefined;
  }
}

function readManifest(folder: string): Manifest | undefined {
  const file = path.join(folder, "package.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Manifest) : undefined;
}

function commandPackage(
  folder: string,
  { bin = {}, localcloud }: Manifest,
): CommandPackage | undefined {
  const script = typeof bin === "string" ? bin : Object.values(bin).at(0);
  if (localcloud?.commands === undefined || script === undefined) return undefined;
  const text = readFileSync(path.join(folder, localcloud.commands), "utf8");
  const commands = JSON.parse(text) as CommandPackage["commands"];
  return { script: path.join(folder, script), commands };
}

/** Returns the output of a command, whether it succeeds or fails. */
function execute(
  argv: readonly string[],
  settings: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<CommandAnswer> {
  return new Promise((resolve) => {
    const options = { ...settings, timeout: LONGEST_MS, maxBuffer: MOST_BYTES };
    const child = execFile(process.execPath, argv, options, (error, stdout, stderr) => {
      // A killed command has no exit code.
      const exitCode = error ? (child.exitCode ?? 1) : 0;
      const ended = error?.killed ? `\nThe command did not end within its limits.\n` : "";
      resolve({ exitCode, text: `${stdout}${stderr}${ended}` });
    });
    // Nobody can answer a question of the command.
    child.stdin?.end();
  });
}
