import { randomUUID } from "node:crypto";
import { AwsError, ConnectionLost } from "../../core/errors";
import { queueOf } from "../eventbridge/delivery/queueOf";
import { isFinal, retryDelay } from "../eventbridge/delivery/retries";
import type { Schedule, SchedulerStore } from "./store";
import { asRole, targetCall } from "./targets";

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html */
const DEFAULT_RETRIES = 185;
const DEFAULT_AGE_SECONDS = 86_400;

/** One invocation of a schedule's target, including all of its attempts. */
interface Invocation {
  readonly schedule: Schedule;
  readonly id: string;
  readonly scheduledAt: Date;
  readonly startedAt: number;
  /** Whether no other occurrence follows. */
  readonly isLast: boolean;
}

/** An invocation that waits for its next attempt, and how often it was repeated before. */
export interface InvocationRetry {
  readonly invocation: Invocation;
  readonly retries: number;
}

/** Calls the target. Resolves after the first attempt; `isLast` = the schedule is then complete. */
export function invoke(
  schedule: Schedule,
  due: number,
  store: SchedulerStore,
  isLast: boolean,
): Promise<void> {
  const id = randomUUID();
  const startedAt = store.scope.clock.now();
  const invocation = { schedule, id, scheduledAt: new Date(due), startedAt, isLast };
  return store.retries.now({ invocation, retries: 0 }, (work) => retry(work, store));
}

/** Attempts an invocation, also for the first time. */
export async function retry(
  { invocation, retries }: InvocationRetry,
  store: SchedulerStore,
): Promise<void> {
  const { schedule, startedAt } = invocation;
  const { clock, cloud } = store.scope;
  try {
    const call = targetCall(schedule, payload(invocation, retries, store), store);
    await asRole(schedule, store, (principal) => cloud.call({ ...call, principal }));
  } catch (error) {
    // Any other error is a bug of the local cloud itself and must not be hidden.
    if (!(error instanceof AwsError) && !(error instanceof ConnectionLost)) throw error;
    const {
      MaximumRetryAttempts: most = DEFAULT_RETRIES,
      MaximumEventAgeInSeconds: age = DEFAULT_AGE_SECONDS,
    } = schedule.Target.RetryPolicy ?? {};
    const delay = retryDelay(retries);
    const tooOld = clock.now() + delay > startedAt + age * 1000;
    if (!isFinal(error) && retries < most && !tooOld) {
      const next = { invocation, retries: retries + 1 };
      store.retries.later(next, delay, (work) => retry(work, store));
      return;
    }
    const exhausted = isFinal(error)
      ? undefined
      : tooOld
        ? "MaximumEventAgeInSeconds"
        : "MaximumRetryAttempts";
    await sendDeadLetter(invocation, store, { error, retries, exhausted });
  }
  if (invocation.isLast) complete(schedule, store);
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-delete.html */
function complete(schedule: Schedule, { schedules }: SchedulerStore): void {
  const key = `${schedule.GroupName}/${schedule.Name}`;
  if (schedule.ActionAfterCompletion === "DELETE" && schedules.get(key) === schedule)
    schedules.delete(key);
}

/**
 * Returns the target's input with Scheduler's keywords replaced; without an input, an event about the schedule.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
function payload(
  { schedule, id, scheduledAt }: Invocation,
  retries: number,
  { scope }: SchedulerStore,
): string {
  const time = toSecond(scheduledAt);
  const { Input } = schedule.Target;
  if (Input === undefined)
    return JSON.stringify({
      version: "0",
      id,
      "detail-type": "Scheduled Event",
      source: "aws.scheduler",
      account: scope.accountId,
      time,
      region: scope.region,
      resources: [schedule.Arn],
      detail: "{}",
    });
  return Input.replaceAll("<aws.scheduler.schedule-arn>", schedule.Arn)
    .replaceAll("<aws.scheduler.scheduled-time>", time)
    .replaceAll("<aws.scheduler.execution-id>", id)
    .replaceAll("<aws.scheduler.attempt-number>", String(retries + 1));
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html */
async function sendDeadLetter(
  invocation: Invocation,
  store: SchedulerStore,
  failure: { error: Error; retries: number; exhausted: string | undefined },
): Promise<void> {
  const { schedule, id, scheduledAt } = invocation;
  const arn = schedule.Target.DeadLetterConfig?.Arn;
  if (arn === undefined) return;
  const { error, retries, exhausted } = failure;
  const { cloud } = store.scope;
  const { region, url } = queueOf(arn, cloud.endpoint);
  const attributes = {
    ERROR_CODE: error.name,
    ERROR_MESSAGE: error.message,
    EXECUTION_ID: id,
    EXHAUSTED_RETRY_CONDITION: exhausted,
    IS_PAYLOAD_TRUNCATED: "false",
    RETRY_ATTEMPTS: String(retries),
    SCHEDULED_TIME: toSecond(scheduledAt),
    SCHEDULE_ARN: schedule.Arn,
    TARGET_ARN: schedule.Target.Arn,
  };
  const input = {
    QueueUrl: url,
    MessageBody: payload(invocation, retries, store),
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).flatMap(([name, StringValue]) =>
        StringValue ? [[name, { DataType: "String", StringValue }]] : [],
      ),
    ),
  };
  const call = { service: "sqs", operation: "SendMessage", input, region };
  try {
    await asRole(schedule, store, (principal) => cloud.call({ ...call, principal }));
  } catch (lost) {
    // As on AWS, the event is lost if the queue does not exist or the role may not write to it.
    if (!(lost instanceof AwsError)) throw lost;
  }
}

/** Returns the time as Scheduler writes it, to the second: 2022-03-22T18:59:43Z. */
function toSecond(at: Date): string {
  return at.toISOString().replace(/\.\d{3}Z$/, "Z");
}
