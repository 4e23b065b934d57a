import type { Memory } from "./memory";
import type { MemoryStore } from "./memoryStore";
import type { Need, Rollout } from "./model";
import type { WakeEvent } from "./wake";

export const deploymentOnlyModule = true;

/** The present counts of what is scaled. */
export interface Counts {
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  readonly rollout?: Rollout;
  /** The need that follows from the present state. */
  readonly need?: Need;
  /** Why no change is possible at this moment. */
  readonly busy?: string;
}

/** Result of the work that is not about the count. */
export interface Maintained {
  /** State to remember until the next evaluation; plain data. */
  readonly kept?: unknown;
  /** The work is not finished: evaluate again in a minute. */
  readonly again?: boolean;
  /** The count cannot go lower now, and any change of that wakes the scaler by an event: no need to poll low alarms. */
  readonly wakesItself?: boolean;
  /** What was done, in words, for the audit record. */
  readonly done?: readonly string[];
  /** Work that only one evaluation may do, after the state was written: an evaluation that was overtaken skips it. */
  readonly act?: () => Promise<void>;
}

/** A service, group or fleet, as the scaler sees it. */
export interface Scaled<Now extends Counts = Counts> {
  /** Namespace of the scaler's own metrics. */
  readonly namespace: string;
  /** Its name in the log, with its kind: `{ service: "web" }`. */
  readonly label: Readonly<Record<string, string>>;
  /**
   * Stores what only the event shows; returns false when the event is about something that this scaler does not scale.
   * Default: every event leads to an evaluation.
   */
  recordNotice?(event: WakeEvent, store: MemoryStore): Promise<boolean>;
  /** @throws Error named ScalingRefused for what this scaler must not scale. */
  read(memory: Promise<Memory>): Promise<Now>;
  /** @throws Error named ScalingRefused when another scaler scales it. */
  refuseOthers?(now: Now): Promise<void>;
  change(desired: number, now: Now): Promise<void>;
  /** Returns the state to remember for a change, before the change is made. Default: the state so far. */
  claim?(
    desired: number,
    at: { readonly now: number; readonly counts: Now; readonly kept: unknown },
  ): unknown;
  /** Writes the count for the program, when it differs from the one set last. */
  pin?(desired: number): Promise<void>;
  /** Does the work that is not about the count: in evaluations that change nothing, and never in `observe`. */
  maintain?(at: {
    readonly now: number;
    readonly counts: Now;
    readonly kept: unknown;
    /** Only the tick has woken the scaler. */
    readonly isTick: boolean;
  }): Promise<Maintained>;
}

/** Name of errors that need a person to resolve them; retries cannot help. */
export const REFUSED = "ScalingRefused";

/** Creates an error about something that a person must fix; nothing is changed until then. */
export function refusal(message: string): Error {
  return Object.assign(new Error(message), { name: REFUSED, stack: "" });
}
