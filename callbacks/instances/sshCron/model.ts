export const deploymentOnlyModule = true;

/** An SSH host, as a job sees it. */
export interface SshHost {
  /** The instance's id, or the name of a static host: the key of its records, locks and host keys. */
  readonly id: string;
  /** Static hosts are not instances: EC2 knows nothing of them. */
  readonly kind: "instance" | "static";
  /** The tag Name, or the host's own name; anyone who may tag the instance can choose it. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly zone?: string;
  readonly instanceType?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * State of a run on a host; all except `running` are final. `started` is the end of a background job without polling;
 * with polling such a job is `running` until its end is known.
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

/** Result of a run. */
export interface RunEnd {
  readonly state: Exclude<RunState, "running">;
  /** One line, without characters that control a terminal. */
  readonly reason?: string;
  readonly exit?: number;
  readonly signal?: string;
  /** Bytes of output of the commands. */
  readonly bytes?: number;
  /** Key of the log object. */
  readonly log?: string;
  /** Fingerprint of the host's key, and why it is trusted. */
  readonly hostKey?: string;
  /** SHA-256 of the script that ran. */
  readonly script?: string;
}

/** One run of an occurrence on a host, as it is stored. */
export interface RunRecord extends Partial<Omit<RunEnd, "state">> {
  readonly occurrence: string;
  readonly host: string;
  readonly name?: string;
  readonly state: RunState;
  /** Milliseconds since the epoch. */
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** Whether it runs in the background and is polled. */
  readonly detached?: boolean;
}

/** Checks for a state that needs attention. */
export function isFailure(state: RunState): boolean {
  return !["running", "ok", "started", "skipped"].includes(state);
}
