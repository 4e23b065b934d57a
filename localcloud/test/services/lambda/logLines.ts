import type { CloudEvents } from "../../../core/events";

/** Log lines of functions, collected as they arrive in CloudWatch Logs. */
export class LogLines {
  private readonly events: { group: string; stream: string; message: string }[] = [];

  constructor(events: CloudEvents) {
    events.on("log", ({ logGroup: group, logStream: stream, message }) =>
      this.events.push({ group, stream, message }),
    );
  }

  lines(group: string): string[] {
    return this.events.filter((one) => one.group === group).map(({ message }) => message);
  }

  streams(group: string): string[] {
    const own = this.events.filter((one) => one.group === group);
    return [...new Set(own.map(({ stream }) => stream))];
  }
}
