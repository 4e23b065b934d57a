import * as path from "node:path";
import { parseArgs } from "node:util";
import { closest, didYouMean } from "../../core/closest";
import type { Request, Topic } from "./requests";

/** Thrown for an invalid command line; the message says what to write instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Default port of `localcloud up`, which AWS emulators commonly use. */
export const DEFAULT_PORT = 4566;

const OPTIONS = {
  stack: { type: "string", short: "s" },
  port: { type: "string", short: "p" },
  cwd: { type: "string", short: "C" },
  name: { type: "string", short: "n" },
  "no-program": { type: "boolean" },
  "no-watch": { type: "boolean" },
  "no-follow": { type: "boolean" },
  traces: { type: "boolean" },
  "no-traces": { type: "boolean" },
  open: { type: "boolean" },
  quiet: { type: "boolean", short: "q" },
  inspect: { type: "boolean" },
  state: { type: "string" },
  follow: { type: "boolean", short: "f" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const;

type Values = ReturnType<
  typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>
>["values"];

interface Definition {
  readonly options: readonly (keyof typeof OPTIONS)[];
  /** Fewest and most words after the command's name; default none. */
  readonly words?: readonly [least: number, most: number];
  readonly request: (values: Values, words: readonly string[], rest: readonly string[]) => Request;
}

const COMMANDS: Readonly<Record<Topic, Definition>> = {
  up: {
    options: [
      "stack",
      "port",
      "cwd",
      "no-watch",
      "no-follow",
      "no-traces",
      "open",
      "quiet",
      "inspect",
      "state",
    ],
    request: (values) => ({
      command: "up",
      ...program(values),
      port: port(values.port, DEFAULT_PORT),
      watch: !values["no-watch"],
      follow: !values["no-follow"],
      traces: !values["no-traces"],
      open: values.open ?? false,
      quiet: values.quiet ?? false,
      inspect: values.inspect ?? false,
      state: folder(values.state),
    }),
  },
  start: {
    options: ["port", "no-traces", "state"],
    request: (values) => ({
      command: "start",
      port: port(values.port, DEFAULT_PORT),
      traces: !values["no-traces"],
      state: folder(values.state),
    }),
  },
  exec: {
    options: ["stack", "port", "cwd", "no-program", "traces", "quiet"],
    request: (values, _words, [file, ...args]) => {
      if (file === undefined)
        throw new UsageError("give the command to run: localcloud exec -- <command> [arguments].");
      return {
        command: "exec",
        ...program(values),
        port: port(values.port, 0),
        program: !values["no-program"],
        traces: values.traces ?? false,
        quiet: values.quiet ?? false,
        run: [file, ...args],
      };
    },
  },
  init: {
    options: ["cwd", "name"],
    request: ({ cwd, name }) => ({ command: "init", directory: path.resolve(cwd ?? "."), name }),
  },
  status: { options: ["port"], request: (values) => ({ command: "status", ...running(values) }) },
  env: { options: ["port"], request: (values) => ({ command: "env", ...running(values) }) },
  logs: {
    options: ["port", "follow"],
    words: [0, 1],
    request: (values, [of]) => ({
      command: "logs",
      ...running(values),
      of,
      follow: values.follow ?? false,
    }),
  },
  invoke: {
    options: ["port"],
    words: [1, 2],
    request: (values, [of = "", event]) => ({ command: "invoke", ...running(values), of, event }),
  },
  requests: {
    options: ["port", "follow"],
    request: (values) => ({
      command: "requests",
      ...running(values),
      follow: values.follow ?? false,
    }),
  },
  clock: {
    options: ["port"],
    words: [0, 1],
    request: (values, [advance]) => ({ command: "clock", ...running(values), advance }),
  },
  reset: {
    options: ["port"],
    request: (values) => ({ command: "reset", ...running(values) }),
  },
  faults: {
    options: ["port"],
    words: [0, 4],
    request: (values, words) => ({ command: "faults", ...running(values), words }),
  },
};

const NAMES = Object.keys(COMMANDS) as Topic[];

export function parseArguments(argv: readonly string[]): Request {
  const end = argv.indexOf("--");
  const own = end < 0 ? argv : argv.slice(0, end);
  const rest = end < 0 ? [] : argv.slice(end + 1);
  const { values, positionals } = parse(own);
  const [name, ...words] = positionals;
  if (values.version) return { command: "version" };
  if (values.help || name === undefined || name === "help")
    return { command: "help", topic: helpTopic(name === "help" ? words[0] : name) };
  const command = existingTopic(name);
  const { options, words: [least, most] = [0, 0], request } = COMMANDS[command];
  if (words.length > most && command === "exec")
    throw new UsageError(
      `write '--' before the command to run: localcloud exec -- ${words.join(" ")}`,
    );
  if (rest.length > 0 && command !== "exec")
    throw new UsageError(`'${command}' takes nothing after '--': remove '-- ${rest.join(" ")}'.`);
  if (words.length > most) throw new UsageError(`'${words[most]}' is one argument too many.`);
  if (words.length < least)
    throw new UsageError(`'${command}' needs an argument: see 'localcloud ${command} --help'.`);
  const known: readonly string[] = [...options, "help", "version"];
  const wrong = Object.keys(values).find((option) => !known.includes(option));
  if (wrong) throw new UsageError(`'${command}' does not have the option --${wrong}.`);
  return request(values, words, rest);
}

function program({ stack, cwd }: Values): { readonly stack: string; readonly directory: string } {
  return { stack: stack ?? "dev", directory: path.resolve(cwd ?? ".") };
}

/** Returns the address of a running cloud: by the given port, the environment, or the default port. */
function running(values: Values): { readonly endpoint: string } {
  const { AWS_ENDPOINT_URL: there } = process.env;
  const isHere = there !== undefined && /^http:\/\/127\.0\.0\.1:\d+\/?$/.test(there);
  if (values.port === undefined && isHere) return { endpoint: there.replace(/\/$/, "") };
  return { endpoint: `http://127.0.0.1:${port(values.port, DEFAULT_PORT)}` };
}

function parse(
  argv: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    const [message = ""] = (error as Error).message.split("\n", 1);
    const [, unknown] = /^Unknown option '--?([\w-]+)'/.exec(message) ?? [];
    if (unknown === undefined) throw new UsageError(message);
    const near = closest(unknown, Object.keys(OPTIONS));
    throw new UsageError(
      `there is no option '${unknown.length > 1 ? "--" : "-"}${unknown}'.` +
        (near === undefined ? "" : ` Did you mean '--${near}'?`),
    );
  }
}

function helpTopic(name: string | undefined): Topic | undefined {
  return name === undefined ? undefined : existingTopic(name);
}

function existingTopic(name: string): Topic {
  const found = NAMES.find((known) => known === name);
  if (found) return found;
  const known = didYouMean(name, NAMES) || ` There are ${NAMES.join(", ")}.`;
  throw new UsageError(`there is no command '${name}'.${known}`);
}

function folder(given: string | undefined): string | undefined {
  if (given === "") throw new UsageError("--state needs the name of a folder.");
  return given === undefined ? undefined : path.resolve(given);
}

function port(text: string | undefined, fallback: number): number {
  const given = text ?? process.env.LOCALCLOUD_PORT;
  if (given === undefined || given === "") return fallback;
  const value = Number(given);
  if (!Number.isInteger(value) || value < 0 || value > 65535)
    throw new UsageError(`port '${given}' is not a number from 0 to 65535 (0 = a free one).`);
  return value;
}
