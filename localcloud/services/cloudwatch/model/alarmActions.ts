import type { StateValue } from "@aws-sdk/client-cloudwatch";
import { parseArn } from "../../../core/arn";
import { AwsError } from "../../../core/errors";
import { servicePrincipal } from "../../../core/principal";
import { lambdaEvent, snsMessage, type StateChange } from "./alarmEvents";
import { recordHistory } from "../operations/alarmHistory";
import type { Alarm, CloudwatchStore } from "../store";

/** Errors that a retry cannot change; CloudWatch retries after all others. */
const FINAL_ERRORS: readonly string[] = [
  "AccessDeniedException",
  "AuthorizationErrorException",
  "AuthorizationError",
  "NotFoundException",
  "NotFound",
  "NotImplemented",
  "ResourceNotFoundException",
];

const RETRY_MS = 60_000;
const MAX_ATTEMPTS = 60;

/** Runs the alarm's actions for its new state. Failures are recorded in the alarm's history. */
export async function runActions(
  alarm: Alarm,
  previous: StateChange["previous"],
  store: CloudwatchStore,
): Promise<void> {
  if (!alarm.settings.ActionsEnabled) return;
  const { accountId, region } = store.scope;
  // A copy, because the alarm may change again before a retry: an action reports the change that triggered it.
  const change = { alarm: { ...alarm }, previous, accountId, region };
  for (const action of actionsFor(alarm, alarm.state.value))
    await store.retries.now({ action, change, number: 1 }, (work) => attempt(work, store));
}

/** An action that waits for its next attempt, which has this number. */
export interface ActionRetry {
  readonly action: string;
  readonly change: StateChange;
  readonly number: number;
}

function actionsFor(alarm: Alarm, state: StateValue): readonly string[] {
  const { OKActions, AlarmActions, InsufficientDataActions } = alarm.settings;
  if (state === "OK") return OKActions;
  return state === "ALARM" ? AlarmActions : InsufficientDataActions;
}

/**
 * Runs an action. Lambda actions are retried until they are accepted.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
 */
export async function attempt(
  { action, change, number }: ActionRetry,
  store: CloudwatchStore,
): Promise<void> {
  try {
    await runAction(action, change, store);
    note("Succeeded", action, change, store);
  } catch (error) {
    const final = error instanceof AwsError && FINAL_ERRORS.includes(error.code);
    if (final || number >= MAX_ATTEMPTS) return note("Failed", action, change, store, error);
    const next = { action, change, number: number + 1 };
    store.retries.later(next, RETRY_MS, (work) => attempt(work, store));
  }
}

async function runAction(
  action: string,
  change: StateChange,
  { scope }: CloudwatchStore,
): Promise<void> {
  const arn = parseArn(action);
  if (arn?.service === "lambda") {
    await scope.cloud.call({
      service: "lambda",
      operation: "Invoke",
      input: {
        FunctionName: action,
        InvocationType: "Event",
        Payload: Buffer.from(JSON.stringify(lambdaEvent(change))),
      },
      principal: servicePrincipal(
        "lambda.alarms.cloudwatch.amazonaws.com",
        change.alarm.arn,
        change.accountId,
      ),
      region: arn.region,
    });
    return;
  }
  if (arn?.service === "sns") {
    await scope.cloud.call({
      service: "sns",
      operation: "Publish",
      input: { TopicArn: action, ...snsMessage(change) },
      principal: servicePrincipal("cloudwatch.amazonaws.com", change.alarm.arn, change.accountId),
      region: arn.region,
    });
    return;
  }
  throw new AwsError(
    "NotImplemented",
    `The local cloud does not implement alarm actions like ${action}.`,
  );
}

function note(
  outcome: "Succeeded" | "Failed",
  action: string,
  change: StateChange,
  store: CloudwatchStore,
  error?: unknown,
): void {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : undefined;
  recordHistory(store, change.alarm, {
    type: "Action",
    summary:
      outcome === "Succeeded"
        ? `Successfully executed action ${action}`
        : `Failed to execute action ${action}. Received error: "${text}"`,
    data: {
      actionState: outcome,
      notificationResource: action,
      stateUpdateTimestamp: change.alarm.state.timestamp.getTime(),
      ...(text !== undefined && { error: text }),
    },
  });
}
