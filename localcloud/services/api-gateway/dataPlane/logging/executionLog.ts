/** API Gateway cuts log events at this size: see its known issues. */
const MAX_EVENT_BYTES = 1024;

export type LogLevel = "OFF" | "ERROR" | "INFO";

/** What happened to one request, as the stage's log level shows it. */
export class ExecutionLog {
  readonly lines: string[] = [];
  private level: LogLevel = "OFF";
  private dataTrace = false;
  /** Errors that come before the method, and so its level, is known. */
  private failed = false;

  constructor(private readonly requestId: string) {}

  /** Called once the method is known. */
  enable(level: string | undefined, dataTrace: boolean): void {
    this.level = level === "INFO" || level === "ERROR" ? level : "OFF";
    this.dataTrace = dataTrace;
  }

  get enabled(): boolean {
    return this.level === "INFO" || (this.level === "ERROR" && this.failed);
  }

  info(text: string): void {
    if (this.level === "INFO") this.add(text);
  }

  /** Headers and bodies: only where data tracing is on, for they may hold secrets. */
  trace(text: () => string): void {
    if (this.level === "INFO" && this.dataTrace) this.add(text());
  }

  error(text: string): void {
    if (this.level === "OFF") return;
    this.failed = true;
    this.add(text);
  }

  private add(text: string): void {
    this.lines.push(truncate(`(${this.requestId}) ${text}`));
  }
}

function truncate(line: string): string {
  const bytes = Buffer.from(line);
  if (bytes.length <= MAX_EVENT_BYTES) return line;
  const mark = " [TRUNCATED]";
  // A character cut in half becomes a replacement character, which is dropped.
  const cut = bytes.subarray(0, MAX_EVENT_BYTES - mark.length).toString("utf8");
  return cut.replace(/\uFFFD+$/, "") + mark;
}
