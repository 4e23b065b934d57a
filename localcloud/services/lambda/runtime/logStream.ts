import { AwsError } from "../../../core/errors";
import type { Principal } from "../../../core/principal";
import type { CloudApi } from "../../../core/service";
import { isDenied } from "../model/errors";

// Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
const MAX_BATCH_EVENTS = 10_000;
const MAX_BATCH_BYTES = 1_048_576;
const EVENT_OVERHEAD_BYTES = 26;
const MAX_MESSAGE_BYTES = MAX_BATCH_BYTES - EVENT_OVERHEAD_BYTES;

/** Maximum number of lines that wait while CloudWatch Logs fails; older lines are dropped. */
const MAX_WAITING = 50_000;

interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

/** Sends the log lines of one execution environment to its log stream, with the function's role. */
export class LogStream {
  private waiting: LogEvent[] = [];
  private sending: Promise<void> = Promise.resolve();
  private created = false;
  private readonly put = (): Promise<void> => this.flush();
  private denied = false;

  constructor(
    private readonly cloud: Pick<CloudApi, "clock" | "call" | "gathered">,
    private readonly region: string,
    private readonly principal: Principal,
    private readonly group: string,
    private readonly stream: string,
  ) {}

  write(line: string): void {
    // AWS silently drops the lines if the role may not write logs.
    if (this.denied) return;
    this.waiting.push({ timestamp: this.cloud.clock.now(), message: cut(line) });
    this.cloud.gathered.soon(this.put);
  }

  /** Sends the waiting lines in this turn of the event loop, before any caller can read the answer. Does not wait. */
  conclude(): void {
    this.cloud.gathered.atEndOfTurn(this.put);
  }

  /** Resolves when all lines so far have been sent or dropped. */
  flush(): Promise<void> {
    this.sending = this.sending.then(() => this.send());
    return this.sending;
  }

  private async send(): Promise<void> {
    try {
      if (this.waiting.length > 0 && !this.created) await this.create();
      while (this.waiting.length > 0) {
        const count = batchSize(this.waiting);
        await this.call("PutLogEvents", {
          logGroupName: this.group,
          logStreamName: this.stream,
          logEvents: this.waiting.slice(0, count),
        });
        this.waiting.splice(0, count);
      }
    } catch (error) {
      this.denied = isDenied(error);
      // After other errors the lines are sent again with the next line.
      this.waiting = this.denied ? [] : this.waiting.slice(-MAX_WAITING);
    }
  }

  private async create(): Promise<void> {
    try {
      await this.createStream();
    } catch (error) {
      if (!isMissing(error)) throw error;
      await this.call("CreateLogGroup", { logGroupName: this.group });
      await this.createStream();
    }
    this.created = true;
  }

  private async createStream(): Promise<void> {
    try {
      await this.call("CreateLogStream", { logGroupName: this.group, logStreamName: this.stream });
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== "ResourceAlreadyExistsException")
        throw error;
    }
  }

  private call(operation: string, input: object): Promise<unknown> {
    const { principal, region } = this;
    return this.cloud.call({ service: "cloudwatch-logs", operation, input, principal, region });
  }
}

function batchSize(events: readonly LogEvent[]): number {
  let bytes = 0;
  let count = 0;
  for (const { message } of events.slice(0, MAX_BATCH_EVENTS)) {
    bytes += Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES;
    if (count > 0 && bytes > MAX_BATCH_BYTES) break;
    count += 1;
  }
  return count;
}

function cut(line: string): string {
  return Buffer.byteLength(line) <= MAX_MESSAGE_BYTES
    ? line
    : Buffer.from(line).subarray(0, MAX_MESSAGE_BYTES).toString("utf8");
}

function isMissing(error: unknown): boolean {
  return error instanceof AwsError && error.code === "ResourceNotFoundException";
}
