import { CommandError } from "../commandError";
import { parseOptions } from "../parseOptions";
import { parseDuration } from "../duration";

export const SCALE_USAGE = `aws-callbacks scale <scaler> [<tasks>] [options]

  scale web              shows the scaler, its service and its last decisions
  scale web 5 --for 1h   holds 5 tasks (instances, units) for an hour (at least 1m, at most 7d), within the bounds
  --resume               ends a hold and --suspend
  --suspend              makes the scaler change nothing until --resume
  --why [--last <n>]     prints the last decisions and their reasons (default: 10)

  --project, --stack <name>  if several have a scaler of that name`;

export interface ScaleOptions {
  readonly scaler: string;
  readonly action:
    | { readonly kind: "show"; readonly last: number }
    | { readonly kind: "hold"; readonly tasks: number; readonly milliseconds: number }
    | { readonly kind: "resume" | "suspend" };
  readonly project?: string;
  readonly stack?: string;
}

/** Highest count: the limit of a fleet's units. The scaler also applies its own bounds. */
const MOST = 10_000;

/**
 * Parses the command line of `scale`; undefined if help was requested.
 *
 * @throws CommandError
 */
export function parseScale(args: readonly string[]): ScaleOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help || args.length === 0) return undefined;
  const [scaler, tasks, extra] = positionals;
  if (scaler === undefined)
    throw new CommandError("scale: give the name of the scaler, as in 'scale web 5 --for 1h'.");
  if (extra !== undefined) throw new CommandError(`scale: '${extra}' is one argument too many.`);
  const kinds = [tasks !== undefined, values.resume, values.suspend, values.why].filter(Boolean);
  if (kinds.length > 1)
    throw new CommandError("scale: give one of <tasks>, --resume, --suspend and --why.");
  if (values.for !== undefined && tasks === undefined)
    throw new CommandError(
      "scale: --for belongs to a number of tasks, as in 'scale web 5 --for 1h'.",
    );
  const { project, stack } = values;
  return { scaler, action: actionOf(tasks, values), project, stack };
}

function actionOf(
  tasks: string | undefined,
  values: ReturnType<typeof parse>["values"],
): ScaleOptions["action"] {
  if (values.resume) return { kind: "resume" };
  if (values.suspend) return { kind: "suspend" };
  if (tasks === undefined) {
    const last = Number(values.last ?? 10);
    if (!Number.isInteger(last) || last < 1 || last > 1000)
      throw new CommandError(`scale: --last is 1 to 1000 decisions, not '${values.last}'.`);
    return { kind: "show", last };
  }
  if (!/^\d{1,5}$/.test(tasks) || Number(tasks) > MOST)
    throw new CommandError(`scale: '${tasks}' is not a number of tasks; give 0 to ${MOST}.`);
  if (values.for === undefined)
    throw new CommandError(
      "scale: give a duration, as in --for 1h: afterwards the scaler continues by itself.",
    );
  const milliseconds = parseDuration(values.for);
  if (milliseconds === undefined)
    throw new CommandError(`scale: --for is 1m to 7d, such as 90m, 2h or 1d, not '${values.for}'.`);
  return { kind: "hold", tasks: Number(tasks), milliseconds };
}

function parse(args: readonly string[]) {
  return parseOptions("scale", args, {
    for: { type: "string" },
    resume: { type: "boolean" },
    suspend: { type: "boolean" },
    why: { type: "boolean" },
    last: { type: "string" },
    project: { type: "string" },
    stack: { type: "string" },
  });
}
