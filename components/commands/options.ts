import { parseArgs } from "node:util";
import { CommandError } from "./commandError";

export const COMMANDS = ["promote", "rollback", "history", "deliver"] as const;

export interface Options {
  readonly command: (typeof COMMANDS)[number];
  /** Name of the StagedApi in the program. */
  readonly api: string;
  /** Needed when several stacks have one of that name. */
  readonly stack?: string;
  /** Does it without asking. */
  readonly yes: boolean;
  /** Only shows what it would do. */
  readonly dryRun: boolean;
  /** Command lines of `deliver`. */
  readonly test: string;
  readonly deploy: string;
}

export const USAGE = `aws-callbacks <command> <api> [options]

  promote <api>     prod takes over what stage serves: function version and API deployment
  rollback <api>    prod goes back to where it was before the last promotion
  history <api>     lists the moves of prod
  deliver <api>     unit tests, then the update with its gate and apiGate, then what a promotion would do

  --stack <name>    the stack, when several have an API of that name
  --yes, -y         does not ask
  --dry-run         only shows what would change
  --test <command>  the unit tests of deliver (default: npm test)
  --deploy <command>  the update of deliver (default: pulumi up --yes)

Region, credentials and endpoint are those of the AWS SDK: AWS_REGION, AWS_PROFILE, AWS_ENDPOINT_URL ...`;

/** Reads a command line; undefined = help was asked for. */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = parse(args);
  if (values.help || args.length === 0) return undefined;
  const [command, api, ...rest] = positionals;
  const known = COMMANDS.find((name) => name === command);
  if (!known)
    throw new CommandError(`There is no command '${command}'; there are ${COMMANDS.join(", ")}.`);
  if (api === undefined)
    throw new CommandError(`${known}: give the name of the StagedApi, as in '${known} greeting'.`);
  if (rest.length > 0) throw new CommandError(`${known}: '${rest[0]}' is one argument too many.`);
  return {
    command: known,
    api,
    stack: values.stack,
    yes: values.yes ?? false,
    dryRun: values["dry-run"] ?? false,
    test: values.test ?? "npm test",
    deploy: values.deploy ?? "pulumi up --yes",
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: "boolean", short: "h" },
        stack: { type: "string" },
        yes: { type: "boolean", short: "y" },
        "dry-run": { type: "boolean" },
        test: { type: "string" },
        deploy: { type: "string" },
      },
    });
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message : String(error));
  }
}
