import type { AliasConfiguration } from "@aws-sdk/client-lambda";
import type { CanaryNote, Release } from "../history/history";
import { parseJournal } from "../history/journal";

export const deploymentOnlyModule = true;

/** A release that gets a part of prod's requests. */
export interface Canary {
  readonly canary: "started" | "changed";
  /** Of the requests, 1 to 99. */
  readonly percent: number;
  /** What prod serves otherwise, and goes back to. */
  readonly from: Release;
  readonly to: Release;
  /** ISO 8601: when it was started, or changed last. */
  readonly at: string;
  /** ISO 8601: when it ends if nobody has finished it. */
  readonly until: string;
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html */
const LONGEST_DESCRIPTION = 256;

/**
 * What the alias says while a canary is under way. It changes in the same call as the weight, and only for one of two
 * who read the same revision: so the alias alone is the canary's state.
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
 * What the alias says right before its canary begins. The rule of the controller is enabled after that, so whoever
 * disables it later than that sees this, or the canary.
 */
export function startingText(now: Date): string {
  return JSON.stringify({ starting: now.toISOString() });
}

/** When a start was announced that nothing has come of so far; undefined when none was. */
export function announcedStart({ Description }: AliasConfiguration): Date | undefined {
  const [, starting] = /^\{"starting":"(.+)"\}$/.exec(Description ?? "") ?? [];
  return starting === undefined ? undefined : new Date(starting);
}

/** Whether there is a canary, or may be one in a moment: one that begins, or that comes back when finishing it fails. */
export function needsController(alias: AliasConfiguration): boolean {
  const isFinishing = parseJournal(alias.Description)?.canary !== undefined;
  return isFinishing || announcedStart(alias) !== undefined || canaryOf(alias) !== undefined;
}

/** What the alias says when a canary has ended otherwise than by being finished; a long reason is cut short. */
export function endedText(note: CanaryNote): string {
  let { reason = "" } = note;
  let text = JSON.stringify(note);
  while (text.length > LONGEST_DESCRIPTION && reason !== "") {
    reason = reason.slice(0, -1);
    text = JSON.stringify({ ...note, reason: `${reason}…` });
  }
  return text;
}

/** The canary that an alias serves; undefined when there is none, or when somebody else has moved the alias since. */
export function canaryOf(alias: AliasConfiguration): Canary | undefined {
  const found = describedCanary(alias.Description);
  if (!found || alias.FunctionVersion !== found.from.version) return undefined;
  const weights = alias.RoutingConfig?.AdditionalVersionWeights ?? {};
  return (weights[found.to.version] ?? 0) > 0 ? found : undefined;
}

/** The canary in a description of an alias, whatever has become of the alias since. */
export function describedCanary(description: string | undefined): Canary | undefined {
  const found = parse(description);
  if (!found?.from || !found.to) return undefined;
  const release = ([version, deploymentId]: [string, string]) => ({ version, deploymentId });
  return { ...found, from: release(found.from), to: release(found.to) } as Canary;
}

/** What the history has to say of the canary that an alias serves or served last; undefined when there is none. */
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
    return JSON.parse(description) as Described;
  } catch {
    // Somebody has written it by hand: whatever it says is theirs.
    return undefined;
  }
}
