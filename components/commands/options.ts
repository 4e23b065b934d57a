import { parseArgs } from "node:util";
import { type CanaryRequest, parseCanary } from "./canaryOptions";
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
  /** What `promote` does with a canary; absent for a promotion without one. */
  readonly canary?: CanaryRequest;
  /** Command lines of `deliver`. Default of `deploy`: `pulumi up --yes`, and nothing after `localcloud exec`. */
  readonly test: string;
  readonly deploy?: string;
}

export const USAGE = `aws-callbacks <command> <api> [options]

  promote <api>     prod takes over what stage serves: function version and API deployment
    --canary <percent> [--for <time>]  only for so many of the requests, at first; changes it when it is under way
    --finish        prod takes over what the canary has tried
    --abort         takes the canary back
  rollback <api>    prod goes back to where it was before the canary, or else before the last promotion
  history <api>     lists the moves of prod
  deliver <api>     unit tests, then the update with its gate and apiGate, then what a promotion would do

  --stack <name>    the stack, when several have an API of that name
  --yes, -y         does not ask
  --dry-run         only shows what would change
  --for <time>      how long a canary may go on: 1m to 7d, such as 2h (default: 30m)
  --test <command>  the unit tests of deliver (default: npm test)
  --deploy <command>  the update of deliver (default: pulumi up --yes; none within localcloud exec, which was one)

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
  const canary = parseCanary(known, values);
  return {
    command: known,
    api,
    stack: values.stack,
    yes: values.yes ?? false,
    dryRun: values["dry-run"] ?? false,
    ...(canary ? { canary } : {}),
    test: values.test ?? "npm test",
    deploy: values.deploy,
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
        canary: { type: "string" },
        for: { type: "string" },
        finish: { type: "boolean" },
        abort: { type: "boolean" },
        test: { type: "string" },
        deploy: { type: "string" },
      },
    });
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message : String(error));
  }
}
