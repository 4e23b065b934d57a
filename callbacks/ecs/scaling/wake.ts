import type { Pace } from "./pace";

export const deploymentOnlyModule = true;

/** Event that wakes a scaler: an alarm as CloudWatch sends it, or one of the scaler's own with its kind. */
export type WakeEvent =
  | Notified
  | { readonly wake: "tick" | "slowTick" | "schedule" | "update" | "command" | "service" }
  | { readonly alarmData?: { readonly alarmName?: string } };

/** An event as EventBridge sends it. */
interface Notified {
  readonly "detail-type": string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Names the event for the audit record; no decision depends on it. */
export function wakeOf(event: WakeEvent): string {
  const { wake, alarmData, "detail-type": type } = fieldsOf(event);
  if (wake ?? type) return String(wake ?? type);
  return alarmData?.alarmName === undefined ? "an event" : `alarm ${alarmData.alarmName}`;
}

const TICKS: Readonly<Record<string, Pace>> = { tick: "minute", slowTick: "slow" };

/** Returns the pace of a tick; undefined for any other event. */
export function tickOf(event: WakeEvent): Pace | undefined {
  const { wake = "" } = fieldsOf(event);
  return Object.hasOwn(TICKS, wake) ? TICKS[wake] : undefined;
}

interface Fields {
  readonly "detail-type"?: string;
  readonly wake?: string;
  readonly alarmData?: { readonly alarmName?: string };
}

/** Anyone who may invoke the function can send it anything. */
function fieldsOf(event: unknown): Fields {
  return typeof event === "object" && event !== null ? event : {};
}
