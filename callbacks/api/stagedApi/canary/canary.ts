import type { AliasConfiguration } from "@aws-sdk/client-lambda";
import type { CanaryNote, Release } from "../history/history";
import { parseJournal } from "../history/journal";

export const deploymentOnlyModule = true;

/** A release that gets a share of prod's requests. */
export interface Canary {
  readonly canary: "started" | "changed";
  /** Percent of the requests, 1 to 99. */
  readonly percent: number;
  /** The release that gets the other requests, and that prod goes back to if the canary ends early. */
  readonly from: Release;
  readonly to: Release;
  /** ISO 8601: when the canary was started, or last changed. */
  readonly at: string;
  /** ISO 8601: when the canary expires if nobody has finished it. */
  readonly until: string;
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html */
const LONGEST_DESCRIPTION = 256;

/**
 * Returns the description of the alias while a canary is under way. `UpdateAlias` sets it in the same call as the
 * weight, and succeeds only for one of two callers that read the same revision: so the alias alone is the canary's
 * state.
 */
export function canaryText({ canary, percent, from, to, at, until }: Canary): string {
  return JSON.stringify({
    canary,
    percent,
    from: [from.version, from.deploymentId],
    to: [to.version, to.deploymentId],
    at,
    until,
  });
}

/**
 * Returns the description of the alias right before its canary begins. The controller's rule is enabled after this is
 * written, so anyone who disables the rule later sees this text, or the canary.
 */
export function startingText(now: Date): string {
  return JSON.stringify({ starting: now.toISOString() });
}

/** Returns when the start of a canary was announced that has not begun yet; undefined when none is announced. */
export function announcedStart({ Description }: AliasConfiguration): Date | undefined {
  const [, starting] = /^\{"starting":"(.+)"\}$/.exec(Description ?? "") ?? [];
  return starting === undefined ? undefined : new Date(starting);
}

/**
 * Checks whether there is a canary, or may be one soon: one that is about to start, or that returns when finishing it
 * fails.
 */
export function needsController(alias: AliasConfiguration): boolean {
  const isFinishing = parseJournal(alias.Description)?.canary !== undefined;
  return isFinishing || announcedStart(alias) !== undefined || canaryOf(alias) !== undefined;
}

/** Returns the description of the alias after a canary ended other than by being finished; a long reason is cut. */
export function endedText(note: CanaryNote): string {
  let { reason = "" } = note;
  let text = JSON.stringify(note);
  while (text.length > LONGEST_DESCRIPTION && reason !== "") {
    reason = reason.slice(0, -1);
    text = JSON.stringify({ ...note, reason: `${reason}…` });
  }
  return text;
}

/** Returns the canary that an alias serves; undefined when there is none, or when the alias was moved since. */
export function canaryOf(alias: AliasConfiguration): Canary | undefined {
  const found = describedCanary(alias.Description);
  if (!found || alias.FunctionVersion !== found.from.version) return undefined;
  const weights = alias.RoutingConfig?.AdditionalVersionWeights ?? {};
  return (weights[found.to.version] ?? 0) > 0 ? found : undefined;
}

/** Parses the canary in an alias description, even if the alias has been moved since. */
export function describedCanary(description: string | undefined): Canary | undefined {
  const found = parse(description);
  if (!found?.from || !found.to) return undefined;
  const release = ([version, deploymentId]: [string, string]) => ({ version, deploymentId });
  return { ...found, from: release(found.from), to: release(found.to) } as Canary;
}

/** Returns the history note about the canary that an alias serves or served last; undefined when there is none. */
export function noteOf(description: string | undefined): CanaryNote | undefined {
  const found = parse(description);
  if (!found) return undefined;
  const { canary, percent, at, reason } = found;
  const version = found.to?.[0] ?? found.version ?? "";
  return { canary, version, percent, at, ...(reason === undefined ? {} : { reason }) };
}

interface Described extends Omit<CanaryNote, "version"> {
  readonly version?: string;
  readonly from?: [string, string];
  readonly to?: [string, string];
}

function parse(description: string | undefined): Described | undefined {
  if (!description?.startsWith('{"canary":')) return undefined;
  try {
    const found = JSON.parse(description) as Described;
    return isDescribed(found) ? found : undefined;
  } catch {
    // Not the package's text: somebody edited the description manually.
    return undefined;
  }
}

function isDescribed(found: Partial<Described>): boolean {
  const isEnd = (end: unknown): boolean =>
    end === undefined ||
    (Array.isArray(end) && end.length === 2 && end.every((part) => typeof part === "string"));
  const isDated = !Number.isNaN(Date.parse(String(found.at)));
  return isDated && Number.isFinite(found.percent) && isEnd(found.from) && isEnd(found.to);
}
