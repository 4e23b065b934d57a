import type {
  InputLogEvent,
  PutLogEventsCommandInput,
  PutLogEventsCommandOutput,
  RejectedLogEventsInfo,
} from "@aws-sdk/client-cloudwatch-logs";
import { checkLength, constraintError, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import type { CallContext } from "../../../core/service";
import { appendEvents } from "../model/appendEvents";
import { keepBudget, reportDroppedEvents } from "../model/logBudget";
import { streamAccess } from "../model/logAccess";
import { SEQUENCE_TOKEN } from "./logStreams";
import { getGroup, getStream, INVALID } from "../model/lookup";
import { publishEmbedded } from "../model/embeddedMetrics";
import { publishMetrics } from "../model/publishMetrics";
import type { LogEvent, LogGroup, LogsOperation, LogsStore } from "../store";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
const MAX_EVENTS = 10_000;
const MAX_BATCH_BYTES = 1_048_576;
const EVENT_OVERHEAD_BYTES = 26;
const OLDEST_MS = 14 * DAY_MS;
const NEWEST_MS = 2 * HOUR_MS;

export const putLogEvents: LogsOperation<PutLogEventsCommandInput, PutLogEventsCommandOutput> = {
  access: (input, context) => streamAccess("PutLogEvents", input, context),
  async run(input, context) {
    if (input.entity)
      throw new AwsError(
        INVALID,
        "The local cloud does not implement logs:PutLogEvents with entity.",
      );
    const batch = checkBatch(input);
    const group = getGroup(input, context.store);
    const stream = getStream(group, input.logStreamName);
    const rejected = rejections(batch, group, context.clock.now());
    const from = Math.max(
      rejected.tooOldLogEventEndIndex ?? 0,
      rejected.expiredLogEventEndIndex ?? 0,
    );
    const accepted = batch
      .slice(from, rejected.tooNewLogEventStartIndex)
      .map((event) => stored(event, context));
    const cut = appendEvents(group, stream, accepted, context.clock.now());
    if (cut > 0) reportDroppedEvents(group, context);
    keepBudget(accepted, context);
    for (const { timestamp, message } of accepted)
      context.cloud.events.emit("log", {
        logGroup: group.name,
        logStream: stream.name,
        timestamp,
        message,
        region: context.region,
      });
    await publishMetrics(group, accepted, context);
    await publishEmbedded(accepted, context);
    return {
      nextSequenceToken: SEQUENCE_TOKEN,
      ...(Object.keys(rejected).length > 0 && { rejectedLogEventsInfo: rejected }),
    };
  },
};

interface BatchEvent {
  readonly timestamp: number;
  readonly message: string;
  readonly bytes: number;
}

function checkBatch(input: PutLogEventsCommandInput): BatchEvent[] {
  const events = required(input.logEvents, "logEvents", INVALID);
  checkLength(events, "logEvents", { min: 1, max: MAX_EVENTS }, INVALID);
  const batch = events.map(checkEvent);
  const bytes = batch.reduce((sum, event) => sum + event.bytes, 0);
  if (bytes > MAX_BATCH_BYTES)
    throw new AwsError(
      INVALID,
      `Upload too large: ${bytes} bytes exceeds limit of ${MAX_BATCH_BYTES}`,
    );
  if (batch.some((event, index) => index > 0 && event.timestamp < batch[index - 1].timestamp))
    throw new AwsError(
      INVALID,
      "Log events in a single PutLogEvents request must be in chronological order.",
    );
  if (batch[batch.length - 1].timestamp - batch[0].timestamp > DAY_MS)
    throw new AwsError(
      INVALID,
      "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
    );
  return batch;
}

function checkEvent(event: InputLogEvent, index: number): BatchEvent {
  const member = `logEvents.${index + 1}.member`;
  const timestamp = required(event.timestamp, `${member}.timestamp`, INVALID);
  const message = required(event.message, `${member}.message`, INVALID);
  checkLength(message, `${member}.message`, { min: 1, max: Infinity }, INVALID);
  if (timestamp < 0)
    throw constraintError(
      {
        member: `${member}.timestamp`,
        value: timestamp,
        rule: "Member must have value greater than or equal to 0",
      },
      INVALID,
    );
  return { timestamp, message, bytes: Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES };
}

/** Returns the refused events. The batch is in order, so they are at its two ends. */
function rejections(
  batch: readonly BatchEvent[],
  group: LogGroup,
  now: number,
): RejectedLogEventsInfo {
  const retention = (group.retentionInDays ?? Infinity) * DAY_MS;
  const tooOld = countBefore(batch, now - OLDEST_MS);
  const expired = countBefore(batch, now - retention);
  const accepted = countBefore(batch, now + NEWEST_MS + 1);
  return {
    ...(accepted < batch.length && { tooNewLogEventStartIndex: accepted }),
    ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
    ...(expired > 0 && { expiredLogEventEndIndex: expired }),
  };
}

function countBefore(batch: readonly BatchEvent[], timestamp: number): number {
  const index = batch.findIndex((event) => event.timestamp >= timestamp);
  return index < 0 ? batch.length : index;
}

function stored(event: BatchEvent, { store, clock }: CallContext<LogsStore>): LogEvent {
  return { id: ++store.lastEventId, ingestionTime: clock.now(), ...event };
}
