import { parseArgs, type ParseArgsConfig } from "node:util";
import { CommandError } from "./commandError";
import { optionProblem } from "./suggestion";

type Options = NonNullable<ParseArgsConfig["options"]>;

type Parsed<Own extends Options> = ReturnType<
  typeof parseArgs<{ allowPositionals: true; options: typeof HELP & Own }>
>;

const HELP = { help: { type: "boolean", short: "h" } } as const;

/**
 * Parses the options of a command, and `--help`, which every command has.
 *
 * @throws CommandError for an option that does not exist, or whose value is missing.
 */
export function parseOptions<const Own extends Options>(
  command: string,
  args: readonly string[],
  options: Own,
): Parsed<Own> {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...HELP, ...options },
    });
  } catch (error) {
    const known = Object.keys({ ...HELP, ...options });
    throw new CommandError(`${command}: ${optionProblem(error, known)}`);
  }
}
