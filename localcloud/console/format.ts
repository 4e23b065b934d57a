/** Formats a duration such as `188 ms`, `17.8 s`, `2.5 min`; undefined = it has not ended. */
export function duration(ms: number | undefined): string {
  if (ms === undefined) return "running";
  if (ms < 1) return "<1 ms";
  if (ms < 1000) return `${ms.toFixed(0)} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`;
}

/** Removes the random digits at the end of a physical name, which are not needed to identify it here. */
export function short(name: string): string {
  return name.replace(/-[0-9a-f]{7}(?=\.fifo$|$)/, "").replace(/\.fifo$/, "");
}

/** Indents JSON; returns other text unchanged. */
export function pretty(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value, undefined, 2) ?? "";
  try {
    return JSON.stringify(JSON.parse(value), undefined, 2);
  } catch {
    return value;
  }
}

/** Formats a line of a function's log; for JSON, its time, level and message. */
export function logLine(text: string): string {
  try {
    const { timestamp, level, message, type } = JSON.parse(text) as Record<string, unknown>;
    const shownMessage = typeof message === "string" ? message : JSON.stringify(message ?? "");
    return `${String(timestamp ?? "").slice(11, 23)} ${String(level ?? type ?? "")} ${shownMessage}`;
  } catch {
    return text;
  }
}

/** Formats `2026-11-28 09:13:16`, in UTC as AWS does. */
export function instant(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}
