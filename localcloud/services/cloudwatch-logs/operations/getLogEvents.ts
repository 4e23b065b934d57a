import type {
  GetLogEventsCommandInput,
  GetLogEventsCommandOutput,
} from "@aws-sdk/client-cloudwatch-logs";
import { checkRange } from "../../../core/constraint";
import { streamAccess } from "../model/logAccess";
import { getGroup, getStream, INVALID, invalidToken } from "../model/lookup";
import type { LogEvent, LogsOperation } from "../store";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html */
export const MAX_EVENTS = 10_000;
export const MAX_RESPONSE_BYTES = 1_048_576;

/** A position between events: after all events up to `timestamp` and `id`. */
interface Position {
  readonly timestamp: number;
  readonly id: number;
}

export const getLogEvents: LogsOperation<GetLogEventsCommandInput, GetLogEventsCommandOutput> = {
  access: (input, context) => streamAccess("GetLogEvents", input, context),
  run(input, { store }) {
    checkRange(input.limit, "limit", { min: 1, max: MAX_EVENTS }, INVALID);
    const stream = getStream(getGroup(input, store), input.logStreamName);
    const { startTime = 0, endTime = Infinity, limit = MAX_EVENTS } = input;
    const inRange = stream.events.filter(
      ({ timestamp }) => timestamp >= startTime && timestamp < endTime,
    );
    const token = input.nextToken === undefined ? undefined : parseToken(input.nextToken);
    const forward = token ? token.forward : (input.startFromHead ?? false);
    const candidates = token ? beyond(inRange, token.at, forward) : inRange;
    const events = forward ? head(candidates, limit) : tail(candidates, limit);
    // At the end of the stream, the response has the token of the request.
    const rest = token?.at ?? { timestamp: startTime, id: 0 };
    return {
      events: events.map(({ timestamp, message, ingestionTime }) => ({
        timestamp,
        message,
        ingestionTime,
      })),
      nextForwardToken: formatToken("f", events[events.length - 1] ?? rest),
      nextBackwardToken: formatToken("b", events[0] ?? rest),
    };
  },
};

/** Returns the first events that fit into one response. */
export function head<Event extends LogEvent>(events: readonly Event[], limit: number): Event[] {
  const cut: Event[] = [];
  let bytes = 0;
  for (const event of events) {
    bytes += event.bytes;
    if (cut.length >= limit || (bytes > MAX_RESPONSE_BYTES && cut.length > 0)) break;
    cut.push(event);
  }
  return cut;
}

function tail(events: readonly LogEvent[], limit: number): LogEvent[] {
  return head([...events].reverse(), limit).reverse();
}

function beyond(events: readonly LogEvent[], at: Position, forward: boolean): LogEvent[] {
  return events.filter((event) => {
    const order = event.timestamp - at.timestamp || event.id - at.id;
    return forward ? order > 0 : order < 0;
  });
}

/** Formats a token like AWS: a direction and 56 digits. */
function formatToken(direction: "f" | "b", { timestamp, id }: Position): string {
  return `${direction}/${String(timestamp).padStart(20, "0")}${String(id).padStart(36, "0")}`;
}

function parseToken(token: string): { forward: boolean; at: Position } {
  const match = /^([fb])\/(\d{20})(\d{36})$/.exec(token);
  if (!match) throw invalidToken();
  return { forward: match[1] === "f", at: { timestamp: Number(match[2]), id: Number(match[3]) } };
}
