import type { Memory } from "./memory";
import type { MemoryStore } from "./memoryStore";
import type { Need, Rollout } from "./model";
import type { WakeEvent } from "./wake";

export const deploymentOnlyModule = true;

/** The counts of what is scaled, as they are now. */
export interface Counts {
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  readonly rollout?: Rollout;
  /** How many are needed by what there is. */
  readonly need?: Need;
  /** Why nothing can be changed at this moment. */
  readonly busy?: string;
}

/** What has been looked after beside the count. */
export interface Tended {
  /** To be remembered until the next look; plain data. */
  readonly kept?: unknown;
  /** It is not done: look again in a minute. */
  readonly again?: boolean;
  /** Fewer cannot do now, and whatever changes that wakes the scaler by itself: no alarm is followed down. */
  readonly told?: boolean;
  /** What was done, in words, for the audit record. */
  readonly done?: readonly string[];
  /** What only one look may do, once the rest of this is remembered: whoever is overtaken does not. */
  readonly act?: () => Promise<void>;
}

/** What a scaler scales: a service, a group, a fleet. */
export interface Scaled<Now extends Counts = Counts> {
  /** Namespace of the scaler's own metrics. */
  readonly namespace: string;
  /** Its name in the log, by what it is: `{ service: "web" }`. */
  readonly label: Readonly<Record<string, string>>;
  /**
   * Keeps what an event tells that no look could see; false when it tells of somebody else's.
   * Default: whatever wakes the scaler is a reason to look.
   */
  heed?(event: WakeEvent, store: MemoryStore): Promise<boolean>;
  /** @throws Error named ScalingRefused for what is not the scaler's business. */
  read(memory: Promise<Memory>): Promise<Now>;
  /** @throws Error named ScalingRefused when somebody else scales it. */
  refuseOthers?(now: Now): Promise<void>;
  change(desired: number, now: Now): Promise<void>;
  /** What is to be kept of a change, before it is made. Default: what was. */
  claim?(
    desired: number,
    at: { readonly now: number; readonly counts: Now; readonly kept: unknown },
  ): unknown;
  /** Tells the program the count, when it is not what was set last. */
  pin?(desired: number): Promise<void>;
  /** Looks after what is not the count: in looks that change nothing, and never in `observe`. */
  tend?(at: {
    readonly now: number;
    readonly counts: Now;
    readonly kept: unknown;
    /** Nothing but the tick has woken the scaler. */
    readonly isTick: boolean;
  }): Promise<Tended>;
}

/** Name of the errors that only somebody's hand can end. */
export const REFUSED = "ScalingRefused";

/** Something about what is scaled that somebody has to mend; nothing is changed until then. */
export function refusal(message: string): Error {
  return Object.assign(new Error(message), { name: REFUSED, stack: "" });
}
