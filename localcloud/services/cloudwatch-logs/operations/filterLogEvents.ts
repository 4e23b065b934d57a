import type {
  FilterLogEventsCommandInput,
  FilterLogEventsCommandOutput,
} from "@aws-sdk/client-cloudwatch-logs";
import { checkLength, checkRange } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { compareEvents } from "../model/appendEvents";
import { compileFilterPattern } from "../model/filterPattern";
import { head, MAX_EVENTS } from "./getLogEvents";
import { groupAccess } from "../model/logAccess";
import { getGroup, getStream, INVALID, invalidToken } from "../model/lookup";
import type { LogEvent, LogGroup, LogsOperation, LogStream } from "../store";

/**
 * Returns events of several streams, always interleaved by time (`interleaved` is ignored, as on AWS).
 * Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export const filterLogEvents: LogsOperation<
  FilterLogEventsCommandInput,
  FilterLogEventsCommandOutput
> = {
  access: (input, context) => groupAccess("FilterLogEvents", input, context),
  run(input, { store }) {
    checkRange(input.limit, "limit", { min: 1, max: MAX_EVENTS }, INVALID);
    const pattern = compileFilterPattern(input.filterPattern ?? "");
    const { startTime = 0, endTime = Infinity, limit = MAX_EVENTS } = input;
    const after = input.nextToken === undefined ? undefined : parseToken(input.nextToken);
    const found = searchedStreams(getGroup(input, store), input)
      .flatMap((stream) => stream.events.map((event) => ({ ...event, stream: stream.name })))
      .filter(({ timestamp }) => timestamp >= startTime && timestamp <= endTime)
      .filter((event) => !after || compareEvents(event, after) > 0)
      .filter(({ message }) => pattern.matches(message))
      .sort(compareEvents);
    const cut = head(found, limit);
    return {
      events: cut.map((event) => ({
        logStreamName: event.stream,
        timestamp: event.timestamp,
        message: event.message,
        ingestionTime: event.ingestionTime,
        eventId: eventId(event),
      })),
      searchedLogStreams: [],
      ...(cut.length < found.length && { nextToken: formatToken(cut[cut.length - 1]) }),
    };
  },
};

function searchedStreams(group: LogGroup, input: FilterLogEventsCommandInput): LogStream[] {
  const { logStreamNames, logStreamNamePrefix } = input;
  if (logStreamNames !== undefined && logStreamNamePrefix !== undefined)
    throw new AwsError(
      INVALID,
      "LogStream names and LogStream name prefix are mutually exclusive parameters.",
    );
  checkLength(logStreamNames, "logStreamNames", { min: 1, max: 100 }, INVALID);
  if (logStreamNames) return [...new Set(logStreamNames)].map((name) => getStream(group, name));
  return [...group.streams.values()].filter((stream) =>
    stream.name.startsWith(logStreamNamePrefix ?? ""),
  );
}

function eventId({ timestamp, id }: LogEvent): string {
  return `${String(timestamp).padStart(20, "0")}${String(id).padStart(36, "0")}`;
}

function formatToken(event: LogEvent): string {
  return Buffer.from(eventId(event)).toString("base64url");
}

function parseToken(token: string): LogEvent {
  const match = /^(\d{20})(\d{36})$/.exec(Buffer.from(token, "base64url").toString());
  if (!match) throw invalidToken();
  const place = { timestamp: Number(match[1]), id: Number(match[2]) };
  return { ...place, ingestionTime: 0, message: "", bytes: 0 };
}
