import type { Pace } from "./pace";

export const deploymentOnlyModule = true;

/** What wakes a scaler: an alarm as CloudWatch sends it, or one of our own with its kind. */
export type WakeEvent =
  | Notified
  | { readonly wake: "tick" | "slowTick" | "schedule" | "update" | "command" | "service" }
  | { readonly alarmData?: { readonly alarmName?: string } };

/** An event of EventBridge as it is. */
interface Notified {
  readonly "detail-type": string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** For the audit record: no decision depends on it. */
export function wakeOf(event: WakeEvent): string {
  const { wake, alarmData, "detail-type": type } = fieldsOf(event);
  if (wake ?? type) return String(wake ?? type);
  return alarmData?.alarmName === undefined ? "an event" : `alarm ${alarmData.alarmName}`;
}

const TICKS: Readonly<Record<string, Pace>> = { tick: "minute", slowTick: "slow" };

/** The pace of a tick; undefined for any other event. */
export function tickOf(event: WakeEvent): Pace | undefined {
  const { wake = "" } = fieldsOf(event);
  return Object.hasOwn(TICKS, wake) ? TICKS[wake] : undefined;
}

interface Fields {
  readonly "detail-type"?: string;
  readonly wake?: string;
  readonly alarmData?: { readonly alarmName?: string };
}

/** Anybody with the right to invoke the function may send it anything. */
function fieldsOf(event: unknown): Fields {
  return typeof event === "object" && event !== null ? event : {};
}
