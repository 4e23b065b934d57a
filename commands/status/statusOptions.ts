import { CommandError } from "../commandError";
import { parseOptions } from "../parseOptions";

export const STATUS_USAGE = `aws-callbacks status <hook> [options]

  status data            lists the instances of an EniLifecycleHook, how many of their
                         interfaces they have, and which need an instance refresh
  --json                 prints the list as JSON

  --project, --stack <name>  if several have a hook of that name`;

export interface StatusOptions {
  readonly hook: string;
  readonly json: boolean;
  readonly project?: string;
  readonly stack?: string;
}

/**
 * Parses the command line of `status`; undefined if help was requested.
 *
 * @throws CommandError
 */
export function parseStatus(args: readonly string[]): StatusOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help || args.length === 0) return undefined;
  const [hook, extra] = positionals;
  if (hook === undefined)
    throw new CommandError("status: give the name of the EniLifecycleHook, as in 'status data'.");
  if (extra !== undefined) throw new CommandError(`status: '${extra}' is one argument too many.`);
  const { json = false, project, stack } = values;
  return { hook, json, project, stack };
}

function parse(args: readonly string[]) {
  return parseOptions("status", args, {
    json: { type: "boolean" },
    project: { type: "string" },
    stack: { type: "string" },
  });
}
