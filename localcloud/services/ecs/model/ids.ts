import { randomBytes, randomInt } from "node:crypto";

/** Returns the id of a task: 32 hexadecimal digits. */
export function taskId(): string {
  return randomBytes(16).toString("hex");
}

/** Returns the number of a deployment or service revision: 19 digits. */
export function longNumber(): string {
  return `${randomInt(1_000_000_000, 10_000_000_000)}${randomInt(100_000_000, 1_000_000_000)}`;
}

/** Returns the id of a service deployment: 22 letters, digits, `-` and `_`. */
export function rolloutId(): string {
  return randomBytes(17).toString("base64url").slice(0, 22);
}
