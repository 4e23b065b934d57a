import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import {
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
} from "@aws-sdk/client-eventbridge";
import {
  type AliasConfiguration,
  GetAliasCommand,
  LambdaClient,
  UpdateAliasCommand,
  type UpdateAliasCommandInput,
} from "@aws-sdk/client-lambda";
import { SSMClient } from "@aws-sdk/client-ssm";
import {
  announcedStart,
  type Canary,
  canaryOf,
  endedText,
  needsController,
  noteOf,
} from "./canary/canary";
import {
  type CanaryDecision,
  type CanaryState,
  checkDecision,
  decideCanary,
  type DecideCanary,
  EXPIRED,
  type WatchedAlarm,
} from "./canary/decideCanary";
import { computeWithin } from "../../computeWithin";
import { noteEntries } from "./history/historyParameter";
import { checkOwnRuns } from "./canary/ownRuns";
import { readVersionCalls } from "./canary/versionCalls";
import { messageOf } from "../../thrown";

export const deploymentOnlyModule = true;

/** Milliseconds to read the state and decide, of the thirty seconds of a run. */
const LONGEST_EVALUATION = 15_000;

/** Milliseconds that `decide` may compute synchronously: it only compares. */
const LONGEST_COMPUTATION = 2_000;

/** Milliseconds after which an announced canary that did not begin counts as abandoned. */
const LONGEST_START = 60_000;

/** The description of an alias without a canary or a move. */
const NOTHING = { Description: "" };

/** What one controller watches. */
interface Watch {
  readonly functionName: string;
  readonly alias: string;
  readonly alarms: readonly string[];
  /** Name of the parameter with the history of prod. */
  readonly history: string;
  /** Name of the rule that calls the controller. */
  readonly rule: string;
  readonly decide: DecideCanary;
}

/**
 * Runs each minute while a canary is under way, and stops the canary when there is a reason. The alias is the only
 * state, and is changed only in the revision that was judged: two concurrent runs, or a run that is killed at any
 * point, leave a state from which the next run continues.
 */
export const canaryFactory = (decide: DecideCanary) => (): (() => Promise<unknown>) => {
  const clients = {
    lambda: new LambdaClient({}),
    cloudwatch: new CloudWatchClient({}),
    events: new EventBridgeClient({}),
    ssm: new SSMClient({}),
  };
  const { FUNCTION_NAME, ALIAS, ALARM_NAMES, HISTORY_PARAMETER, RULE_NAME } = process.env;
  const watch: Watch = {
    functionName: FUNCTION_NAME ?? "",
    alias: ALIAS ?? "",
    alarms: JSON.parse(ALARM_NAMES ?? "[]") as string[],
    history: HISTORY_PARAMETER ?? "",
    rule: RULE_NAME ?? "",
    decide,
  };
  return () => control(clients, watch);
};

interface Clients {
  readonly lambda: LambdaClient;
  readonly cloudwatch: CloudWatchClient;
  readonly events: EventBridgeClient;
  readonly ssm: SSMClient;
}

async function control(clients: Clients, watch: Watch): Promise<unknown> {
  const alias = await readAlias(clients, watch);
  const canary = canaryOf(alias);
  if (canary) {
    const decision = await judge(clients, watch, canary);
    if (decision !== "keep") return stop(clients, watch, { alias, canary, reason: decision.stop });
    // While the canary continues there must be a next run: somebody may have disabled the rule.
    await clients.events.send(new EnableRuleCommand({ Name: watch.rule }));
  }
  // Notes what the command, or an earlier run, may have failed to note.
  await note(clients, watch, [alias.Description]);
  return canary ? { kept: canary } : disableWhenIdle(clients, watch, alias);
}

/** A canary that cannot be judged is stopped: prod returns to the release before. */
async function judge(clients: Clients, watch: Watch, canary: Canary): Promise<CanaryDecision> {
  if (new Date() >= new Date(canary.until)) return { stop: EXPIRED };
  try {
    return checkDecision(await inTime(readAndDecide(clients, watch, canary)));
  } catch (error) {
    return { stop: `it could not be evaluated: ${messageOf(error)}` };
  }
}

async function readAndDecide(clients: Clients, watch: Watch, canary: Canary): Promise<unknown> {
  const state = await readState(clients, watch, canary);
  await checkOwnRuns(clients.cloudwatch, { since: state.since, now: state.now });
  const decide = (): unknown => watch.decide(state, decideCanary(state));
  return computeWithin(LONGEST_COMPUTATION, decide, tooMuch);
}

function tooMuch(milliseconds: number): Error {
  return new Error(`decide computed for more than ${milliseconds / 1000} seconds`);
}

/** Returns the answer, or fails while there is still time to stop the canary. */
async function inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const error = new Error(`that took more than ${LONGEST_EVALUATION / 1000} seconds`);
    timer = setTimeout(() => reject(error), LONGEST_EVALUATION);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function readState(clients: Clients, watch: Watch, canary: Canary): Promise<CanaryState> {
  const now = new Date();
  const since = new Date(canary.at);
  const { functionName, alias } = watch;
  const versions = [canary.to.version, canary.from.version] as const;
  const [alarms, [tried, current]] = await Promise.all([
    readAlarms(clients, watch.alarms),
    readVersionCalls(clients.cloudwatch, { functionName, alias, versions, since, now }),
  ]);
  const { percent, until } = canary;
  return { percent, since, until: new Date(until), now, alarms, tried, current };
}

async function readAlarms(
  { cloudwatch }: Clients,
  names: readonly string[],
): Promise<WatchedAlarm[]> {
  const { MetricAlarms = [] } = await cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [...names] }),
  );
  return names.map((name) => ({
    name,
    state: MetricAlarms.find(({ AlarmName }) => AlarmName === name)?.StateValue,
  }));
}

async function stop(
  clients: Clients,
  watch: Watch,
  { alias, canary, reason }: { alias: AliasConfiguration; canary: Canary; reason: string },
): Promise<unknown> {
  const { percent, to } = canary;
  const at = new Date().toISOString();
  const Description = endedText(
    reason === EXPIRED
      ? { canary: "expired", version: to.version, percent, at }
      : { canary: "stopped", version: to.version, percent, at, reason },
  );
  const RoutingConfig = { AdditionalVersionWeights: {} };
  const ended = await changeAlias(clients, watch, alias, { RoutingConfig, Description });
  // The next run, a minute later, judges again.
  if (!ended) return { overtaken: canary };
  await note(clients, watch, [alias.Description, Description]);
  await disableWhenIdle(clients, watch, ended);
  return { stopped: canary, reason };
}

/**
 * Changes the alias in the revision that was judged; returns undefined when it was changed since, perhaps by another
 * run.
 */
async function changeAlias(
  { lambda }: Clients,
  { functionName, alias }: Watch,
  { RevisionId }: AliasConfiguration,
  change: Pick<UpdateAliasCommandInput, "RoutingConfig" | "Description">,
): Promise<AliasConfiguration | undefined> {
  try {
    return await lambda.send(
      new UpdateAliasCommand({ FunctionName: functionName, Name: alias, RevisionId, ...change }),
    );
  } catch (error) {
    if (error instanceof Error && error.name === "PreconditionFailedException") return undefined;
    throw error;
  }
}

async function note(
  { ssm }: Clients,
  { history }: Watch,
  descriptions: readonly (string | undefined)[],
): Promise<void> {
  const notes = descriptions.flatMap((description) => noteOf(description) ?? []);
  if (notes.length > 0) await noteEntries(ssm, history, notes);
}

/** Disables the rule when nothing is under way, unless a canary is being started at this moment. */
async function disableWhenIdle(
  clients: Clients,
  watch: Watch,
  alias: AliasConfiguration,
): Promise<unknown> {
  const announced = announcedStart(alias);
  if (announced) {
    // Absolute value: the clock of the computer that starts the canary may be ahead.
    const age = Math.abs(Date.now() - announced.getTime());
    // Withdrawn before the rule is disabled, so that the canary of a command that was only slow is refused.
    const isOver = !(age < LONGEST_START) && (await changeAlias(clients, watch, alias, NOTHING));
    if (!isOver) return { resting: false };
  } else if (needsController(alias)) return { resting: false };
  await clients.events.send(new DisableRuleCommand({ Name: watch.rule }));
  const isNeeded = needsController(await readAlias(clients, watch));
  if (isNeeded) await clients.events.send(new EnableRuleCommand({ Name: watch.rule }));
  return { resting: !isNeeded };
}

function readAlias(
  { lambda }: Clients,
  { functionName, alias }: Watch,
): Promise<AliasConfiguration> {
  return lambda.send(new GetAliasCommand({ FunctionName: functionName, Name: alias }));
}
