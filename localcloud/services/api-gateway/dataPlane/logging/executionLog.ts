/** API Gateway truncates log events at this size: see its known issues. */
const MAX_EVENT_BYTES = 1024;

export type LogLevel = "OFF" | "ERROR" | "INFO";

/** The execution log of one request, at the stage's log level. */
export class ExecutionLog {
  readonly lines: string[] = [];
  private level: LogLevel = "OFF";
  private dataTrace = false;
  /** True if an error was logged before the method, and so the log level, was known. */
  private failed = false;

  constructor(private readonly requestId: string) {}

  /** Enables the log; called once the method is known. */
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

  /** Logs headers and bodies, only if data tracing is on, because they may contain secrets. */
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
  // A character that is cut in half becomes a replacement character, which is removed.
  const cut = bytes.subarray(0, MAX_EVENT_BYTES - mark.length).toString("utf8");
  return cut.replace(/\uFFFD+$/, "") + mark;
}
