/** Formats `2` like a Java double: `2.0`. */
export function javaDouble(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e7 ? `${value}.0` : `${value}`;
}

/** Formats a time as in state reasons: `26/10/23 16:42:00`, UTC. */
export function reasonTime(timestamp: number): string {
  const [date, time] = new Date(timestamp).toISOString().split("T");
  const [year, month, day] = date.split("-");
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`;
}

/** Formats a time as in alarm events and reason data: `2023-08-04T12:36:15.490+0000`. */
export function alarmTime(date: Date): string {
  return date.toISOString().replace("Z", "+0000");
}

/** Formats a time as in composite alarms: `Friday 14 July, 2023 03:54:46 UTC`. */
export function compositeTime(date: Date): string {
  const part = (options: Intl.DateTimeFormatOptions): string =>
    date.toLocaleDateString("en-US", { ...options, timeZone: "UTC" });
  const day = String(date.getUTCDate()).padStart(2, "0");
  const time = date.toISOString().slice(11, 19);
  return `${part({ weekday: "long" })} ${day} ${part({ month: "long" })}, ${date.getUTCFullYear()} ${time} UTC`;
}

/** Returns `1 datapoint`, `2 datapoints` and so on. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
