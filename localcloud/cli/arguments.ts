import * as path from "node:path";
import { parseArgs } from "node:util";

export interface UpRequest {
  readonly command: "up";
  readonly stack: string;
  readonly port: number;
  readonly directory: string;
  /** Apply source changes as they are saved. */
  readonly watch: boolean;
  /** Show what the functions log. */
  readonly follow: boolean;
  /** Keep traces of what sets off what, for the console. */
  readonly traces: boolean;
}

export interface StartRequest {
  readonly command: "start";
  readonly port: number;
  readonly traces: boolean;
}

export interface ExecRequest {
  readonly command: "exec";
  readonly stack: string;
  /** 0 = a free port. */
  readonly port: number;
  readonly directory: string;
  /** Deploy the program before the command runs. */
  readonly program: boolean;
  readonly traces: boolean;
  readonly run: readonly [string, ...string[]];
}

export interface HelpRequest {
  readonly command: "help";
  readonly topic?: Topic;
}

export type Topic = "up" | "start" | "exec";
export type Request =
  UpRequest | StartRequest | ExecRequest | HelpRequest | { readonly command: "version" };

/** The command line cannot be understood; the message says what to write instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Where `localcloud up` listens when nothing else is said; the port that AWS emulators commonly use. */
export const DEFAULT_PORT = 4566;

const OPTIONS = {
  stack: { type: "string", short: "s" },
  port: { type: "string", short: "p" },
  cwd: { type: "string", short: "C" },
  "no-program": { type: "boolean" },
  "no-watch": { type: "boolean" },
  "no-follow": { type: "boolean" },
  traces: { type: "boolean" },
  "no-traces": { type: "boolean" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const;

const ALLOWED: Readonly<Record<Topic, readonly string[]>> = {
  up: ["stack", "port", "cwd", "no-watch", "no-follow", "no-traces"],
  start: ["port", "no-traces"],
  exec: ["stack", "port", "cwd", "no-program", "traces"],
};

export function parseArguments(argv: readonly string[]): Request {
  const end = argv.indexOf("--");
  const own = end < 0 ? argv : argv.slice(0, end);
  const rest = end < 0 ? [] : argv.slice(end + 1);
  const { values, positionals } = parse(own);
  const [name, ...extra] = positionals;
  if (values.version) return { command: "version" };
  if (values.help || name === undefined || name === "help")
    return { command: "help", topic: topic(name === "help" ? extra[0] : name) };
  const command = topic(name);
  if (!command)
    throw new UsageError(`there is no command '${name}'; there are up, start and exec.`);
  if (extra.length > 0)
    throw new UsageError(
      command === "exec"
        ? `write '--' before the command to run: localcloud exec -- ${extra.join(" ")}`
        : `'${extra[0]}' is one argument too many.`,
    );
  const wrong = Object.keys(values).find((option) => !ALLOWED[command].includes(option));
  if (wrong) throw new UsageError(`'${command}' does not have the option --${wrong}.`);
  const common = { stack: values.stack ?? "dev", directory: path.resolve(values.cwd ?? ".") };
  const traces = !values["no-traces"];
  if (command === "start") return { command, port: port(values.port, DEFAULT_PORT), traces };
  if (command === "up")
    return {
      command,
      ...common,
      port: port(values.port, DEFAULT_PORT),
      watch: !values["no-watch"],
      follow: !values["no-follow"],
      traces,
    };
  const [file, ...args] = rest;
  if (file === undefined)
    throw new UsageError("say what to run: localcloud exec -- <command> [arguments].");
  return {
    command,
    ...common,
    port: port(values.port, 0),
    program: !values["no-program"],
    traces: values.traces ?? false,
    run: [file, ...args],
  };
}

function parse(
  argv: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split("\n", 1)[0]);
  }
}

function topic(name: string | undefined): Topic | undefined {
  return name === "up" || name === "start" || name === "exec" ? name : undefined;
}

function port(text: string | undefined, fallback: number): number {
  const given = text ?? process.env.LOCALCLOUD_PORT;
  if (given === undefined || given === "") return fallback;
  const value = Number(given);
  if (!Number.isInteger(value) || value < 0 || value > 65535)
    throw new UsageError(`port '${given}' is not a number from 0 to 65535 (0 = a free one).`);
  return value;
}
