import type { Cloud } from "../../cloud/cloud";
import type { LiveOutput } from "./liveOutput";
import type { Style } from "./style";

/** Prints every line that arrives in CloudWatch Logs, with its group, and the messages of services. */
export function followLogs(cloud: Cloud, out: LiveOutput, style: Style): void {
  const write = (source: string, timestamp: number, text: string): void => {
    const time = new Date(timestamp).toISOString().slice(11, 23);
    out.write(`${style.dim(`${time} ${source}`)} ${text.trimEnd()}\n`);
  };
  cloud.events.on("log", ({ logGroup, timestamp, message }) => {
    const text = readable(message);
    if (text !== undefined) write(logGroup, timestamp, text);
  });
  cloud.events.on("serviceMessage", ({ source, timestamp, message }) =>
    write(source, timestamp, message),
  );
}

/** Returns JSON lines of Lambda and API Gateway in readable form; undefined for lines without new information. */
export function readable(message: string): string | undefined {
  const line = parse(message);
  if (!line) return message;
  const { type, record, level, message: text, method, resourcePath, status, latency } = line;
  if (type === "platform.report") return report(record);
  if (typeof type === "string" && /^platform\.(initStart|start|runtimeDone)$/.test(type))
    return undefined;
  if (level !== undefined && text !== undefined)
    return `${String(level)} ${typeof text === "string" ? inOneLine(text) : JSON.stringify(text)}`;
  if (method !== undefined && resourcePath !== undefined)
    return `${String(method)} ${String(resourcePath)} ${String(status)} in ${String(latency)} ms`;
  return message;
}

/** Joins an object that Node printed over several lines into one; a stack trace stays unchanged. */
function inOneLine(text: string): string {
  return /\{\n(?: {2}.*\n)+\}$/.test(text) ? text.replace(/\n */g, " ") : text;
}

function report(record: unknown): string {
  const { status, metrics } = (record ?? {}) as {
    status?: string;
    metrics?: { durationMs?: number; initDurationMs?: number; maxMemoryUsedMB?: number };
  };
  const cold =
    metrics?.initDurationMs === undefined
      ? ""
      : `, cold start ${metrics.initDurationMs.toFixed(0)} ms`;
  const duration = metrics?.durationMs?.toFixed(1) ?? "?";
  return `${status ?? "done"} in ${duration} ms${cold}, ${metrics?.maxMemoryUsedMB ?? "?"} MB`;
}

function parse(message: string): Record<string, unknown> | undefined {
  if (!message.startsWith("{")) return undefined;
  try {
    return JSON.parse(message) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
