import type { Cloud } from "../core/cloud";
import type { Style } from "./style";

/** Writes every line that arrives in CloudWatch Logs, with the group it came to. */
export function followLogs(cloud: Cloud, out: NodeJS.WriteStream, style: Style): void {
  cloud.events.on("log", ({ logGroup, timestamp, message }) => {
    const time = new Date(timestamp).toISOString().slice(11, 23);
    out.write(`${style.dim(`${time} ${logGroup}`)} ${message.trimEnd()}\n`);
  });
}
