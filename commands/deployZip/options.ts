import { basename } from "node:path";
import { CommandError } from "../commandError";
import { parseOptions } from "../parseOptions";

export const APP_USAGE = `aws-callbacks <command> [options]

  deploy-zip <file>    uploads a zip to a ZipToLambdaPipeline, and waits until it is live or rejected
    --name <app>       name of the app (default: that of the file, without .zip)
    --no-wait          only uploads
    --wait <time>      how long to wait: 1m to 1h (default: 15m)
  apps                 lists the apps of a pipeline, and the results of their last uploads
  rollback-app <app>   moves LIVE back to the older version that it had last
    --to <version>     to this version, which LIVE had before
  remove-app <app>     deletes the function of an app; its zip and its log stay
    --yes, -y          does not ask for confirmation

  --pipeline <name>          if there are several pipelines
  --project, --stack <name>  if several have a pipeline of that name`;

export const APP_COMMANDS = ["deploy-zip", "apps", "rollback-app", "remove-app"] as const;
export type AppCommand = (typeof APP_COMMANDS)[number];

/** Which pipeline to use. */
export interface PipelineQuery {
  readonly pipeline?: string;
  readonly project?: string;
  readonly stack?: string;
}

export type AppOptions = PipelineQuery &
  (
    | {
        readonly command: "deploy-zip";
        readonly file: string;
        readonly app: string;
        /** Milliseconds; 0 = do not wait for the result. */
        readonly wait: number;
      }
    | { readonly command: "apps" }
    | { readonly command: "rollback-app"; readonly app: string; readonly to?: string }
    | { readonly command: "remove-app"; readonly app: string; readonly yes: boolean }
  );

const MINUTE = 60_000;
const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: 60 * MINUTE };
const DEFAULT_WAIT = 15 * MINUTE;

export function isAppCommand(command: string | undefined): command is AppCommand {
  return APP_COMMANDS.some((one) => one === command);
}

/**
 * Parses the command line of a command for apps; undefined if help was requested.
 *
 * @throws CommandError
 */
export function parseApp(command: AppCommand, args: readonly string[]): AppOptions | undefined {
  const { values, positionals } = parse(command, args);
  if (values.help) return undefined;
  checkBelongs(command, values);
  const { pipeline, project, stack } = values;
  const query = {
    ...(pipeline === undefined ? {} : { pipeline }),
    ...(project === undefined ? {} : { project }),
    ...(stack === undefined ? {} : { stack }),
  };
  const most = command === "apps" ? 0 : 1;
  if (positionals.length > most)
    throw new CommandError(`${command}: '${positionals[most]}' is one argument too many.`);
  const [argument] = positionals;
  if (command === "apps") return { ...query, command };
  if (argument === undefined) {
    const example = command === "deploy-zip" ? "deploy-zip ./hello.zip" : `${command} hello`;
    throw new CommandError(`${command}: give its argument, as in '${example}'.`);
  }
  if (command === "deploy-zip")
    return {
      ...query,
      command,
      file: argument,
      app: values.name ?? basename(argument).replace(/\.zip$/i, ""),
      wait: values["no-wait"] ? 0 : waitOf(values.wait),
    };
  if (command === "remove-app")
    return { ...query, command, app: argument, yes: values.yes ?? false };
  return {
    ...query,
    command,
    app: argument,
    ...(values.to === undefined ? {} : { to: values.to }),
  };
}

type Values = ReturnType<typeof parse>["values"];

/** Options that only one of the commands accepts. */
const OWNERS: Readonly<Record<string, AppCommand>> = {
  name: "deploy-zip",
  wait: "deploy-zip",
  "no-wait": "deploy-zip",
  to: "rollback-app",
  yes: "remove-app",
};

function checkBelongs(command: AppCommand, values: Values): void {
  for (const [option, owner] of Object.entries(OWNERS))
    if (owner !== command && Object.hasOwn(values, option))
      throw new CommandError(`${command}: --${option} belongs to ${owner}.`);
  if (values["no-wait"] && values.wait !== undefined)
    throw new CommandError("deploy-zip: give one of --wait and --no-wait.");
}

function waitOf(given: string | undefined): number {
  if (given === undefined) return DEFAULT_WAIT;
  const [, count, unit = ""] = /^(\d{1,4})([mh])$/.exec(given) ?? [];
  const milliseconds = Number(count) * (UNITS[unit] ?? NaN);
  if (milliseconds >= MINUTE && milliseconds <= 60 * MINUTE) return milliseconds;
  throw new CommandError(`deploy-zip: --wait is 1m to 1h, such as 5m, not '${given}'.`);
}

function parse(command: AppCommand, args: readonly string[]) {
  return parseOptions(command, args, {
    name: { type: "string" },
    wait: { type: "string" },
    "no-wait": { type: "boolean" },
    to: { type: "string" },
    yes: { type: "boolean", short: "y" },
    pipeline: { type: "string" },
    project: { type: "string" },
    stack: { type: "string" },
  });
}
