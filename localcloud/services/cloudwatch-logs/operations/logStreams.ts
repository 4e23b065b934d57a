import type {
  CreateLogStreamCommandInput,
  CreateLogStreamCommandOutput,
  DeleteLogStreamCommandInput,
  DeleteLogStreamCommandOutput,
  DescribeLogStreamsCommandInput,
  DescribeLogStreamsCommandOutput,
  LogStream as LogStreamDescription,
} from "@aws-sdk/client-cloudwatch-logs";
import { checkEnum, checkRange } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { page } from "../../../core/page";
import { groupAccess, streamAccess } from "../model/logAccess";
import { checkStreamName, getGroup, getStream, INVALID, invalidToken } from "../model/lookup";
import type { LogsOperation, LogStream } from "../store";

/** Sequence tokens are no longer checked, but AWS still returns one. */
export const SEQUENCE_TOKEN = "49039859".padEnd(56, "0");

export const createLogStream: LogsOperation<
  CreateLogStreamCommandInput,
  CreateLogStreamCommandOutput
> = {
  access: (input, context) => streamAccess("CreateLogStream", input, context),
  run(input, { store, clock }) {
    const group = getGroup(input, store);
    const name = checkStreamName(input.logStreamName);
    if (group.streams.has(name))
      throw new AwsError(
        "ResourceAlreadyExistsException",
        "The specified log stream already exists",
      );
    group.streams.set(name, {
      name,
      arn: `${group.arn}:log-stream:${name}`,
      creationTime: clock.now(),
      events: [],
      storedBytes: 0,
    });
    return {};
  },
};

export const deleteLogStream: LogsOperation<
  DeleteLogStreamCommandInput,
  DeleteLogStreamCommandOutput
> = {
  access: (input, context) => streamAccess("DeleteLogStream", input, context),
  run(input, { store }) {
    const group = getGroup(input, store);
    group.streams.delete(getStream(group, input.logStreamName).name);
    return {};
  },
};

export const describeLogStreams: LogsOperation<
  DescribeLogStreamsCommandInput,
  DescribeLogStreamsCommandOutput
> = {
  access: (input, context) => groupAccess("DescribeLogStreams", input, context),
  run(input, { store }) {
    checkRange(input.limit, "limit", { min: 1, max: 50 }, INVALID);
    checkEnum(input.orderBy, "orderBy", ["LogStreamName", "LastEventTime"], INVALID);
    const byTime = input.orderBy === "LastEventTime";
    if (byTime && input.logStreamNamePrefix !== undefined)
      throw new AwsError(INVALID, "Cannot order by LastEventTime with a logStreamNamePrefix.");
    const prefix = input.logStreamNamePrefix ?? "";
    const streams = [...getGroup(input, store).streams.values()];
    const { items, nextToken } = page(
      streams.filter((stream) => stream.name.startsWith(prefix)),
      {
        key: (stream) => (byTime ? timeKey(stream) : stream.name),
        size: input.limit ?? 50,
        token: input.nextToken,
        descending: input.descending,
        invalidToken,
      },
    );
    return {
      logStreams: items.map(describe),
      ...(nextToken !== undefined && { nextToken }),
    };
  },
};

function timeKey(stream: LogStream): string {
  const last = stream.events[stream.events.length - 1]?.timestamp ?? 0;
  return `${String(last).padStart(16, "0")} ${stream.name}`;
}

function describe(stream: LogStream): LogStreamDescription {
  const { events } = stream;
  return {
    logStreamName: stream.name,
    creationTime: stream.creationTime,
    ...(events.length > 0 && {
      firstEventTimestamp: events[0].timestamp,
      lastEventTimestamp: events[events.length - 1].timestamp,
    }),
    ...(stream.lastIngestionTime !== undefined && {
      lastIngestionTime: stream.lastIngestionTime,
      uploadSequenceToken: SEQUENCE_TOKEN,
    }),
    arn: stream.arn,
    // Deprecated: AWS always returns 0 here and counts per group.
    storedBytes: 0,
  };
}
