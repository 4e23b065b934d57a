import type { Cloud } from "../core/cloud";
import type { LiveOutput } from "./liveOutput";
import type { Style } from "./style";

/** Writes every line that arrives in CloudWatch Logs, with the group it came to. */
export function followLogs(cloud: Cloud, out: LiveOutput, style: Style): void {
  cloud.events.on("log", ({ logGroup, timestamp, message }) => {
    const text = readable(message);
    if (text === undefined) return;
    const time = new Date(timestamp).toISOString().slice(11, 23);
    out.write(`${style.dim(`${time} ${logGroup}`)} ${text.trimEnd()}\n`);
  });
}

/** Lambda's and API Gateway's JSON lines as a person reads them; undefined for those that say nothing new. */
export function readable(message: string): string | undefined {
  const line = parse(message);
  if (!line) return message;
  const { type, record, level, message: text, method, resourcePath, status, latency } = line;
  if (type === "platform.report") return report(record);
  if (typeof type === "string" && /^platform\.(initStart|start|runtimeDone)$/.test(type))
    return undefined;
  if (level !== undefined && text !== undefined)
    return `${String(level)} ${typeof text === "string" ? text : JSON.stringify(text)}`;
  if (method !== undefined && resourcePath !== undefined)
    return `${String(method)} ${String(resourcePath)} ${String(status)} in ${String(latency)} ms`;
  return message;
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
