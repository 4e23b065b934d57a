import {
  type CloudWatchLogsClient,
  CreateLogStreamCommand,
  type InputLogEvent,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { Deps } from "../../../deps";
import { nameOf } from "../../../retry";

export const deploymentOnlyModule = true;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
const EVENT_OVERHEAD = 26;
const MOST_BYTES = 1_000_000;
/** Most characters of a line; a character has at most four bytes. */
const LONGEST_LINE = 60_000;
const MOST_EVENTS = 5_000;

/** Sends lines of an instance to its log group, as Lambda does for functions. */
export interface InstanceLog {
  /** Buffers a line unchanged; CloudWatch creates metrics from lines in the embedded metric format. */
  print(line: string): void;
  /** Sends the buffered lines. */
  flush(): Promise<void>;
}

export function instanceLog(
  logs: CloudWatchLogsClient,
  place: { readonly logGroupName: string; readonly logStreamName: string },
  now: Deps["now"],
): InstanceLog {
  let kept: InputLogEvent[] = [];
  let isThere = false;
  return {
    print(line) {
      // While nothing can be sent, keep the newest lines.
      if (kept.length >= MOST_EVENTS) kept = kept.slice(-MOST_EVENTS / 2);
      kept.push({ timestamp: now(), message: line.slice(0, LONGEST_LINE) });
    },
    async flush() {
      if (kept.length === 0) return;
      if (!isThere) await createStream(logs, place);
      isThere = true;
      while (kept.length > 0) {
        const logEvents = kept.slice(0, countWithin(kept, MOST_BYTES));
        await logs.send(new PutLogEventsCommand({ ...place, logEvents }));
        kept = kept.slice(logEvents.length);
      }
    },
  };
}

/** Returns how many of the first events fit into one call; at least one. */
export function countWithin(events: readonly InputLogEvent[], bytes: number): number {
  let size = 0;
  const end = events.findIndex(({ message = "" }) => {
    size += Buffer.byteLength(message) + EVENT_OVERHEAD;
    return size > bytes;
  });
  return end === -1 ? events.length : Math.max(1, end);
}

async function createStream(
  logs: CloudWatchLogsClient,
  place: { readonly logGroupName: string; readonly logStreamName: string },
): Promise<void> {
  try {
    await logs.send(new CreateLogStreamCommand(place));
  } catch (error) {
    if (nameOf(error) !== "ResourceAlreadyExistsException") throw error;
  }
}

/** Turns console output of the worker's code into lines in Lambda's JSON log format. */
export function logConsole(
  target: Pick<Console, "log" | "warn" | "error">,
  print: (line: string) => void,
  now: Deps["now"],
): void {
  const levels = { log: "INFO", warn: "WARN", error: "ERROR" } as const;
  for (const [method, level] of Object.entries(levels))
    target[method as keyof typeof levels] = (...message: unknown[]): void =>
      print(JSON.stringify({ timestamp: new Date(now()).toISOString(), level, message }));
}
