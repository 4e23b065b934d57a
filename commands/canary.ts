import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { EnableRuleCommand } from "@aws-sdk/client-eventbridge";
import type { AliasConfiguration } from "@aws-sdk/client-lambda";
import {
  type Canary,
  canaryOf,
  canaryText,
  endedText,
  startingText,
} from "../callbacks/api/stagedApi/canary/canary";
import { type CanaryNote, isSame, type Release } from "../callbacks/api/stagedApi/history/history";
import { parseJournal } from "../callbacks/api/stagedApi/history/journal";
import { readRelease } from "../callbacks/api/stagedApi/releases/releases";
import type { CanaryRequest } from "./canaryOptions";
import { CommandError } from "./commandError";
import { releaseToPromote } from "./moveProd";
import { changeProdAlias, refuseForeignWeights } from "./prodAlias";
import { type Clients, type DeployedApi, noteEntry, pointersOf } from "./stagedApis";

const DEFAULT_DURATION = 30 * 60_000;

/** A planned change of a canary, and the alias that the plan is based on. */
export interface CanaryPlan {
  readonly prod: Release;
  readonly alias: AliasConfiguration;
  readonly before: Canary | undefined;
  /** The canary after the change; undefined if it ends. */
  readonly after: Canary | undefined;
}

/** Returns the active canary; undefined if there is none. */
export async function readCanary(clients: Clients, api: DeployedApi): Promise<Canary | undefined> {
  const { alias } = await readRelease(clients, pointersOf(api, "prod"));
  return canaryOf(alias);
}

/**
 * Plans the start of a canary, or a change of the active one, whatever `stage` serves now; undefined if prod already
 * serves the release.
 *
 * @throws CommandError if it must not be done.
 */
export async function planCanary(
  clients: Clients,
  api: DeployedApi,
  request: Extract<CanaryRequest, { kind: "weigh" }>,
  now: Date,
): Promise<CanaryPlan | undefined> {
  const { release: prod, alias } = await readProd(clients, api);
  const before = canaryOf(alias);
  if (!before) refuseForeignWeights(api, alias);
  const to = before?.to ?? (await releaseToPromote(clients, api));
  if (isSame(prod, to)) return undefined;
  if (to.version === prod.version)
    throw new CommandError(
      `'${api.name}' has no code to try: stage and prod serve the same version, and only the API's definition ` +
        `differs; use 'promote ${api.name}'.`,
    );
  await refuseAlarms(clients, api);
  const again = before && Date.parse(before.until) - Date.parse(before.at);
  const milliseconds = request.milliseconds ?? again ?? DEFAULT_DURATION;
  const after: Canary = {
    canary: before ? "changed" : "started",
    percent: request.percent,
    from: before?.from ?? prod,
    to,
    at: now.toISOString(),
    until: new Date(now.getTime() + milliseconds).toISOString(),
  };
  return { prod, alias, before, after };
}

/** @throws CommandError if no canary is active. */
export async function planAbort(clients: Clients, api: DeployedApi): Promise<CanaryPlan> {
  const { release: prod, alias } = await readProd(clients, api);
  const before = canaryOf(alias);
  if (before) return { prod, alias, before, after: undefined };
  throw new CommandError(`No canary of '${api.name}' is under way: there is nothing to abort.`);
}

/**
 * Sets, changes or removes the weight of the release.
 *
 * @throws CommandError if somebody else has changed prod since the plan was made.
 */
export async function changeCanary(
  clients: Clients,
  api: DeployedApi,
  { alias, before, after }: CanaryPlan,
  now: Date,
): Promise<void> {
  let revisionId = alias.RevisionId;
  if (after) {
    // Without this text a controller that runs now would find no canary, and disable its rule right after it was
    // enabled.
    const description = startingText(now);
    if (!before)
      ({ RevisionId: revisionId } = await changeProdAlias(clients, api, {
        revisionId,
        description,
      }));
    // Before the weight is set: if setting it fails, the controller disables the rule again.
    await clients.events.send(new EnableRuleCommand({ Name: api.canary?.rule }));
    const weights = { [after.to.version]: after.percent / 100 };
    await changeProdAlias(clients, api, { revisionId, description: canaryText(after), weights });
    const { canary, percent, at, to } = after;
    return note(clients, api, { canary, percent, at, version: to.version });
  }
  if (!before) return;
  const { percent, to } = before;
  const ended: CanaryNote = {
    canary: "aborted",
    version: to.version,
    percent,
    at: now.toISOString(),
  };
  await changeProdAlias(clients, api, { revisionId, description: endedText(ended), weights: {} });
  await note(clients, api, ended);
}

async function readProd(clients: Clients, api: DeployedApi): ReturnType<typeof readRelease> {
  const found = await readRelease(clients, pointersOf(api, "prod"));
  const begun = parseJournal(found.alias.Description);
  if (!begun) return found;
  throw new CommandError(
    `A ${begun.action} of '${api.name}' is not complete; nothing was changed. ` +
      `Try again when it is, or complete it with '${begun.action} ${api.name}'.`,
  );
}

async function note(clients: Clients, api: DeployedApi, entry: CanaryNote): Promise<void> {
  try {
    await noteEntry(clients, api, entry);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      `The canary is ${entry.canary}, but the history could not be written (${why}): its controller tries again.`,
    );
  }
}

async function refuseAlarms({ cloudwatch }: Clients, api: DeployedApi): Promise<void> {
  if (!api.canary)
    throw new CommandError(
      `'${api.name}' has no canary controller: give its StagedApi the option 'canary: true', and update.`,
    );
  const { MetricAlarms = [] } = await cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [...api.canary.alarms] }),
  );
  const missing = api.canary.alarms.find(
    (name) => !MetricAlarms.some(({ AlarmName }) => AlarmName === name),
  );
  if (missing !== undefined)
    throw new CommandError(
      `There is no metric alarm '${missing}' to watch the canary: create it, or remove it from canary.alarms.`,
    );
  const raised = MetricAlarms.find(({ StateValue }) => StateValue === "ALARM");
  if (raised)
    throw new CommandError(
      `Alarm '${raised.AlarmName}' is in ALARM, which would stop the canary at once: resolve it first.`,
    );
}
