/** `188 ms`, `17.8 s`, `2.5 min`; undefined = it is going on. */
export function duration(ms: number | undefined): string {
  if (ms === undefined) return "running";
  if (ms < 1) return "<1 ms";
  if (ms < 1000) return `${ms.toFixed(0)} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`;
}

/** Physical names end in random digits, which only tell apart what nobody confuses here. */
export function short(name: string): string {
  return name.replace(/-[0-9a-f]{7}(?=\.fifo$|$)/, "").replace(/\.fifo$/, "");
}

/** JSON indented, other text as it is. */
export function pretty(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value, undefined, 2) ?? "";
  try {
    return JSON.stringify(JSON.parse(value), undefined, 2);
  } catch {
    return value;
  }
}

/** A line of a function's log: of JSON its time, level and message. */
export function logLine(text: string): string {
  try {
    const { timestamp, level, message, type } = JSON.parse(text) as Record<string, unknown>;
    const said = typeof message === "string" ? message : JSON.stringify(message ?? "");
    return `${String(timestamp ?? "").slice(11, 23)} ${String(level ?? type ?? "")} ${said}`;
  } catch {
    return text;
  }
}

/** `2026-11-28 09:13:16`, in UTC as AWS writes times. */
export function instant(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}
