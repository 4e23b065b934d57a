import { parseArgs } from "node:util";
import { type CanaryRequest, parseCanary } from "./canaryOptions";
import { CommandError } from "./commandError";
import { didYouMean, optionProblem } from "./suggestion";
import { CRON_COMMANDS } from "./sshCron/cronOptions";
import { APP_COMMANDS } from "./deployZip/options";
import type { ApiQuery } from "./stagedApis";

export const COMMANDS = ["promote", "rollback", "history", "deliver"] as const;

/** All commands, including those that parse their own options. */
const ALL_COMMANDS = [
  ...COMMANDS,
  "scale",
  "simulate",
  "status",
  "check-zip",
  ...CRON_COMMANDS,
  ...APP_COMMANDS,
];

export interface Options extends ApiQuery {
  readonly command: (typeof COMMANDS)[number];
  /** Does not ask for confirmation. */
  readonly yes: boolean;
  /** Only shows what would be done. */
  readonly dryRun: boolean;
  /** Canary options of `promote`; undefined for a promotion without a canary. */
  readonly canary?: CanaryRequest;
  /** Command lines of `deliver`. Without `deploy` the default depends on where `deliver` runs. */
  readonly test: string;
  readonly deploy?: string;
}

export const USAGE = `aws-callbacks <command> <api> [options]

Commands for a StagedApi
  promote <api>     moves prod to what stage serves: function version and API deployment
    --canary <percent> [--for <time>]  only for this share of the requests at first; during a canary, changes it
    --finish        moves prod completely to the release of the canary
    --abort         ends the canary without a promotion
  rollback <api>    ends the canary, or moves prod back to where it was before the last promotion
  history <api>     lists the promotions, rollbacks and canaries of prod
  deliver <api>     runs unit tests and the update with gate and apiGate, then shows what promote would change

Commands for other components
  scale <scaler>    shows a scaler and its decisions, or holds a number of tasks or instances: scale --help
  simulate <trace>  simulates scaling rules under a load, as a table and a chart: simulate --help
  status <hook>     lists the instances of an EniLifecycleHook, and which need a refresh: status --help
  runs <job>        lists the results of an SshCron on each host; run <job> runs it now: runs --help
  new-key <job>     creates the key pair of an SshCron
  check-zip <file>  checks what a ZipToLambdaPipeline would do with an archive: check-zip --help
  deploy-zip <file>  deploys a zip with a ZipToLambdaPipeline; apps, rollback-app and remove-app
                    list, roll back and delete its apps: deploy-zip --help

  --stack <name>    the stack, if several have an API of that name; deliver updates it
  --project <name>  the project, if several have an API of that name
  --yes, -y         does not ask for confirmation
  --dry-run         of promote and rollback: only shows what would change
  --for <time>      duration of a canary: 1m to 7d, such as 2h (default: 30m)
  --test <command>  the unit tests of deliver (default: npm test)
  --deploy <command>  the update of deliver (default: pulumi up --yes, with --stack if that is given;
                    none within localcloud exec, which has deployed the program already)

Region, credentials and endpoint are those of the AWS SDK: AWS_REGION, AWS_PROFILE, AWS_ENDPOINT_URL ...`;

/** Parses a command line; undefined if help was requested. */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = parse(args);
  if (values.help || args.length === 0) return undefined;
  const [command, api, ...rest] = positionals;
  const known = COMMANDS.find((name) => name === command);
  if (!known)
    throw new CommandError(
      `There is no command '${command}'; there are ${ALL_COMMANDS.join(", ")}.${didYouMean(command ?? "", ALL_COMMANDS)}`,
    );
  if (api === undefined)
    throw new CommandError(`${known}: give the name of the StagedApi, as in '${known} greeting'.`);
  if (rest.length > 0) throw new CommandError(`${known}: '${rest[0]}' is one argument too many.`);
  checkBelongs(known, values);
  const canary = parseCanary(known, values);
  return {
    command: known,
    api,
    project: values.project,
    stack: values.stack,
    yes: values.yes ?? false,
    dryRun: values["dry-run"] ?? false,
    ...(canary ? { canary } : {}),
    test: values.test ?? "npm test",
    deploy: values.deploy,
  };
}

function checkBelongs(command: Options["command"], values: ReturnType<typeof parse>["values"]) {
  if (command === "deliver" && values["dry-run"])
    throw new CommandError(
      "deliver: --dry-run belongs to promote and rollback; deliver runs an update: preview it with 'pulumi preview'.",
    );
  for (const option of ["test", "deploy"] as const)
    if (command !== "deliver" && values[option] !== undefined)
      throw new CommandError(`${command}: --${option} belongs to deliver.`);
  // It is inserted into a command line. https://www.pulumi.com/docs/iac/concepts/stacks/
  if (command === "deliver" && !/^[\w.-]{1,100}$/.test(values.stack ?? "none"))
    throw new CommandError(
      `deliver: --stack is the stack's own name, of letters, digits, '.', '_' and '-', not '${values.stack}'.`,
    );
}

const OPTIONS = {
  help: { type: "boolean", short: "h" },
  project: { type: "string" },
  stack: { type: "string" },
  yes: { type: "boolean", short: "y" },
  "dry-run": { type: "boolean" },
  canary: { type: "string" },
  for: { type: "string" },
  finish: { type: "boolean" },
  abort: { type: "boolean" },
  test: { type: "string" },
  deploy: { type: "string" },
} as const;

function parse(args: readonly string[]) {
  try {
    const { values, positionals, tokens } = parseArgs({
      args: [...args],
      allowPositionals: true,
      tokens: true,
      options: OPTIONS,
    });
    const names = tokens.flatMap((token) => (token.kind === "option" ? [token.name] : []));
    const twice = names.find((name, index) => names.indexOf(name) < index);
    if (twice !== undefined) throw new Error(`Option '--${twice}' is given twice.`);
    return { values, positionals };
  } catch (error) {
    throw new CommandError(optionProblem(error, Object.keys(OPTIONS)));
  }
}
