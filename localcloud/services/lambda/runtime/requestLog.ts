/** `LogResult` holds the last 4 KB of a request's log. */
const TAIL_BYTES = 4096;

/** Maximum bytes of log that are kept of one request; further lines are only counted. AWS has no such limit. */
export const MAX_LOG_BYTES = 8 * 1024 * 1024;

/** Bytes that a line costs in addition to its text, in the PutLogEvents batch and in memory. */
const LINE_BYTES = 100;

/**
 * The log of an execution environment, request by request. It passes lines on until a request exceeds the maximum,
 * and remembers the last ones.
 */
export class RequestLog {
  private bytes = 0;
  private dropped = 0;
  private tail: string[] = [];
  private tailLength = 0;

  constructor(private readonly passOn: (line: string) => void) {}

  /** Starts the log of a new request. */
  begin(): void {
    this.bytes = 0;
    this.dropped = 0;
    this.tail = [];
    this.tailLength = 0;
  }

  isFull(): boolean {
    return this.bytes >= MAX_LOG_BYTES;
  }

  /** Adds a line that the function wrote; if the log is full, only counts it. */
  write(line: string): void {
    if (this.isFull()) this.dropped += 1;
    else this.add(line);
  }

  /** Adds lines that Lambda itself writes; they are always kept. */
  writeSystem(lines: readonly string[]): void {
    if (this.dropped > 0)
      this.add(
        `[localcloud] ${this.dropped} more lines were dropped: it keeps ${MAX_LOG_BYTES / 1024 / 1024} MB of log of one request.`,
      );
    this.dropped = 0;
    for (const line of lines) this.add(line);
  }

  /** Returns the last lines of the request. */
  end(): string {
    return `${this.tail.join("\n")}\n`;
  }

  private add(line: string): void {
    this.bytes += Buffer.byteLength(line) + LINE_BYTES;
    this.passOn(line);
    // A copy, because a slice would keep the whole line in memory.
    const end = line.length > TAIL_BYTES ? Buffer.from(line.slice(-TAIL_BYTES)).toString() : line;
    this.tail.push(end);
    this.tailLength += end.length;
    while (this.tailLength - this.tail[0].length > TAIL_BYTES)
      this.tailLength -= this.tail.shift()?.length ?? 0;
  }
}
