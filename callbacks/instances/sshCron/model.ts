export const deploymentOnlyModule = true;

/** A machine that answers SSH, as a job sees it. */
export interface SshHost {
  /** The instance's id, or the name of a static host: what records, locks and host keys are kept by. */
  readonly id: string;
  /** Static hosts are not instances: EC2 knows nothing of them. */
  readonly kind: "instance" | "static";
  /** The tag Name, or the host's own; anybody who may tag the instance chose it. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly zone?: string;
  readonly instanceType?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * How far a run on a host has come; all but `running` are ends. `started` is one of a background job, which nobody waits
 * for unless it is asked after: then it is `running` until its end is known.
 */
export type RunState =
  | "running"
  | "ok"
  | "failed"
  | "signal"
  | "timeout"
  | "unreachable"
  | "disconnected"
  | "authFailed"
  | "hostKeyMismatch"
  | "hostKeyUnknown"
  | "keyInvalid"
  | "started"
  | "lost"
  | "skipped"
  | "missed";

/** What a run came to. */
export interface RunEnd {
  readonly state: Exclude<RunState, "running">;
  /** One line, with nothing in it that a terminal obeys. */
  readonly reason?: string;
  readonly exit?: number;
  readonly signal?: string;
  /** Bytes that the commands printed. */
  readonly bytes?: number;
  /** Key of the log object. */
  readonly log?: string;
  /** Fingerprint of the host's key, and how it is known. */
  readonly hostKey?: string;
  /** SHA-256 of the script that ran. */
  readonly script?: string;
}

/** One run of an occurrence on a host, as it is kept. */
export interface RunRecord extends Partial<Omit<RunEnd, "state">> {
  readonly occurrence: string;
  readonly host: string;
  readonly name?: string;
  readonly state: RunState;
  /** Milliseconds since the epoch. */
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** Whether it runs in the background, where it is asked after. */
  readonly detached?: boolean;
}

/** States that somebody should look at. */
export function isFailure(state: RunState): boolean {
  return !["running", "ok", "started", "skipped"].includes(state);
}
