import { CommandError } from "./commandError";
import { parseDuration } from "./duration";

/** The canary options of `promote`. */
export type CanaryRequest =
  | { readonly kind: "weigh"; readonly percent: number; readonly milliseconds?: number }
  | { readonly kind: "finish" }
  | { readonly kind: "abort" };

/** The options as the user typed them. */
export interface CanaryValues {
  readonly canary?: string;
  readonly for?: string;
  readonly finish?: boolean;
  readonly abort?: boolean;
}

/** Parses the options for a canary; undefined without any. */
export function parseCanary(command: string, values: CanaryValues): CanaryRequest | undefined {
  const given = (["canary", "finish", "abort"] as const).filter(
    (name) => values[name] !== undefined,
  );
  const used = [...given, ...(values.for === undefined ? [] : ["for"])];
  if (used.length > 0 && command !== "promote")
    throw new CommandError(`${command}: --${used[0]} belongs to promote.`);
  if (given.length > 1)
    throw new CommandError(`promote: give one of ${given.map((name) => `--${name}`).join(", ")}.`);
  if (values.for !== undefined && given[0] !== "canary")
    throw new CommandError("promote: --for belongs to --canary, as in '--canary 10 --for 2h'.");
  const [kind] = given;
  if (kind === undefined) return undefined;
  if (kind !== "canary") return { kind };
  const percent = parsePercent(values.canary ?? "");
  return values.for === undefined
    ? { kind: "weigh", percent }
    : { kind: "weigh", percent, milliseconds: lengthOf(values.for) };
}

function parsePercent(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new CommandError(
    `promote: --canary is a whole percentage of prod's requests from 1 to 99, not '${text}'.`,
  );
}

function lengthOf(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined) return milliseconds;
  throw new CommandError(
    `promote: --for is a time from 1m to 7d, such as 10m, 2h or 1d, not '${text}'.`,
  );
}
