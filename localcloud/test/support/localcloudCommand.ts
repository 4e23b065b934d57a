import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { until } from "./until";

const BIN = path.resolve(__dirname, "../../bin/localcloud.js");

/** Maximum wait for output that is still in the pipes of a command that ended. */
const CLOSE_MS = 1_000;

/**
 * Maximum wait for a line: on a busy computer a program takes half a minute to load. Shorter than a test's own
 * minute.
 */
const PRINTED_MS = 50_000;

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Runs on a pseudo terminal with this many columns, by `script` of util-linux. */
  readonly terminal?: number;
  /** Closes this stream at the first output, like a reader that ends early. */
  readonly unread?: "stderr";
}

/** A `localcloud` command, started like a user does. */
export class Command {
  stdout = "";
  stderr = "";
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  private readonly child: ChildProcess;
  private over = false;

  constructor(args: readonly string[], options: CommandOptions = {}) {
    const [file, ...rest] = commandOf(args, options.terminal);
    const env = { ...process.env, NO_COLOR: undefined, LOCALCLOUD_PORT: undefined, ...options.env };
    this.child = spawn(file, rest, { cwd: options.cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    if (options.unread) {
      const { stderr } = this.child;
      stderr?.once("data", () => stderr.destroy());
    }
    this.exited = new Promise((resolve, reject) => {
      this.child.once("error", reject);
      this.child.once("close", (code, signal) => {
        this.over = true;
        resolve({ code, signal });
      });
      // A process that it left behind may keep the pipes open forever.
      this.child.once("exit", () => setTimeout(() => this.closePipes(), CLOSE_MS).unref());
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get output(): string {
    return this.stdout + this.stderr;
  }

  /** Waits until the command has printed this many matches on stdout; fails immediately if it ends before. */
  async prints(pattern: RegExp, times = 1): Promise<void> {
    const all = new RegExp(pattern.source, `${pattern.flags.replace("g", "")}g`);
    const enough = (): boolean => [...this.stdout.matchAll(all)].length >= times;
    const printed = (): boolean => this.over || enough();
    await until(`localcloud prints ${String(pattern)}`, printed, PRINTED_MS).catch(
      (error: Error) => {
        throw new Error(`${error.message}\n${this.output}`);
      },
    );
    if (!enough()) throw new Error(`localcloud ended without ${String(pattern)}:\n${this.output}`);
  }

  /** Ends reading its output, like a terminal or `tee` that ends. */
  closePipes(): void {
    this.child.stdout?.destroy();
    this.child.stderr?.destroy();
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Returns the exit code; null if a signal ended it. */
  async code(): Promise<number | null> {
    return (await this.exited).code;
  }

  /** Ends it in any state. */
  async kill(): Promise<void> {
    if (!this.over) this.child.kill("SIGKILL");
    await this.exited;
  }
}

/** Runs a command until it ends. */
export async function localcloud(
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Command> {
  const command = new Command(args, options);
  await command.exited;
  return command;
}

export interface ProgramCopy {
  readonly directory: string;
  remove(): void;
}

/** Copies a program to its own folder, which a test may edit; it finds this repository's packages. */
export function copyProgram(directory: string): ProgramCopy {
  const copy = mkdtempSync(path.join(tmpdir(), "localcloud-program-"));
  cpSync(directory, copy, { recursive: true });
  symlinkSync(path.resolve(__dirname, "../../../node_modules"), path.join(copy, "node_modules"));
  return { directory: copy, remove: () => rmSync(copy, { recursive: true, force: true }) };
}

function commandOf(args: readonly string[], terminal: number | undefined): string[] {
  const command = [process.execPath, BIN, ...args];
  if (terminal === undefined) return command;
  const words = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  return ["script", "-qefc", `stty cols ${terminal}; exec ${words}`, "/dev/null"];
}
