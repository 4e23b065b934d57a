import { CommandError } from "../commandError";
import { parseOptions } from "../parseOptions";
import type { CronQuery } from "./findCron";

export const CRON_COMMANDS = ["runs", "run", "new-key"] as const;

export type CronCommand = (typeof CRON_COMMANDS)[number];

export const CRON_USAGE = `aws-callbacks runs|run|new-key <job> [options]

  runs hello             lists the results of the last occurrence of an SshCron on each host
    --last <n>           of the last n occurrences (default: 1)
    --occurrence <time>  of this occurrence, as runs prints it
    --failed             only failed runs
    --json               one JSON object per line
    --forget <host>      deletes the stored keys of the host: the next occurrence learns them again
  run hello              runs the job now, on all hosts of its targets
    --host <id>          only on this host; may be given several times
    --failed             only on hosts where the last occurrence failed
    --dry-run            only prints the hosts, their keys and the commands
  new-key hello          creates a key pair, stores the private key in the job's key bucket, prints the public key
    --yes, -y            replaces an existing pair; hosts accept the old key until you replace it there

  --project, --stack <name>  if several have a job of that name

Exit code: run 0 if the job was started; runs 1 if --failed finds a run.`;

export type CronOptions = CronQuery &
  (
    | {
        readonly command: "runs";
        readonly last: number;
        readonly occurrence?: string;
        readonly failed: boolean;
        readonly json: boolean;
        readonly forget?: string;
      }
    | {
        readonly command: "run";
        readonly hosts?: readonly string[];
        readonly failed: boolean;
        readonly dryRun: boolean;
      }
    | { readonly command: "new-key"; readonly yes: boolean }
  );

const ALLOWED: Readonly<Record<CronCommand, readonly string[]>> = {
  runs: ["last", "occurrence", "failed", "json", "forget"],
  run: ["host", "failed", "dry-run"],
  "new-key": ["yes"],
};

/**
 * Parses the command line of `runs`, `run` and `new-key`; undefined if help was requested.
 *
 * @throws CommandError
 */
export function parseCron(command: CronCommand, args: readonly string[]): CronOptions | undefined {
  const { values, positionals } = parse(command, args);
  if (values.help || args.length === 0) return undefined;
  const [cron, extra] = positionals;
  if (cron === undefined)
    throw new CommandError(`${command}: give the name of the SshCron, as in '${command} hello'.`);
  if (extra !== undefined)
    throw new CommandError(`${command}: '${extra}' is one argument too many.`);
  const common = ["project", "stack", "help"];
  const wrong = Object.keys(values).find(
    (name) => !common.includes(name) && !ALLOWED[command].includes(name),
  );
  if (wrong !== undefined) throw new CommandError(`${command}: there is no option --${wrong}.`);
  const { project, stack, failed = false } = values;
  const query = { cron, project, stack };
  switch (command) {
    case "runs": {
      const last = Number(values.last ?? 1);
      if (!Number.isInteger(last) || last < 1 || last > 100)
        throw new CommandError(`runs: --last is 1 to 100 occurrences, not '${values.last}'.`);
      const { occurrence, json = false, forget } = values;
      return { ...query, command, last, occurrence, failed, json, forget };
    }
    case "run": {
      if (failed && values.host) throw new CommandError("run: give one of --host and --failed.");
      return { ...query, command, hosts: values.host, failed, dryRun: values["dry-run"] ?? false };
    }
    case "new-key":
      return { ...query, command, yes: values.yes ?? false };
  }
}

function parse(command: CronCommand, args: readonly string[]) {
  return parseOptions(command, args, {
    last: { type: "string" },
    occurrence: { type: "string" },
    failed: { type: "boolean" },
    json: { type: "boolean" },
    forget: { type: "string" },
    host: { type: "string", multiple: true },
    "dry-run": { type: "boolean" },
    yes: { type: "boolean", short: "y" },
    project: { type: "string" },
    stack: { type: "string" },
  });
}
