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
/** Characters, of four bytes at most. */
const LONGEST_LINE = 60_000;
const MOST_EVENTS = 5_000;

/** What Lambda does with what its functions print: lines of an instance go to its log group. */
export interface InstanceLog {
  /** Keeps a line as it is; CloudWatch makes metrics of those that carry some. */
  print(line: string): void;
  /** Sends what was kept. */
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
      // Where nothing can be sent, the newest lines say most.
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

/** How many of the first events one call takes; one at least. */
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

/** Makes what the worker's code says a line of the log, in the form of Lambda's JSON logs. */
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
