import type { RunEnd, RunRecord } from "../model";
import type { Pin } from "../ssh/hostKeys";

export const deploymentOnlyModule = true;

/** An occurrence: when it was due, and for which hosts. */
export interface Occurrence {
  /** Its time; later times sort after earlier ones as strings. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly due: number;
  /** Time after which a run that has not begun is `missed`. */
  readonly startBy: number;
  readonly hosts: readonly string[];
  /** Why there are no hosts, when the occurrence was skipped. */
  readonly skipped?: string;
  /** Whether the messages to all hosts were sent. */
  readonly sent?: boolean;
  /** The wave that was sent last, from 0. Default 0. */
  readonly wave?: number;
  /** Number of runs by final state, once all have ended. */
  readonly counts?: Readonly<Record<string, number>>;
}

/** Claim to begin a run, which succeeds at most once for each occurrence and host. */
export interface Claim {
  readonly occurrence: string;
  readonly host: string;
  readonly name: string;
  readonly now: number;
  /** Time after which the run has certainly ended. */
  readonly until: number;
  /** Whether it may run while another run is on the host. */
  readonly overlaps: boolean;
}

/** Stores a cron's runs. */
export interface RunStore {
  /** @returns "repeated" when the run has begun or ended before, "busy" while another run is on the host */
  claim(claim: Claim): Promise<"claimed" | "repeated" | "busy">;
  /**
   * Keeps a run that continues in the background, and its claim on the host, until then; returns false when the run was
   * given up.
   */
  detach(claim: Claim, until: number): Promise<boolean>;
  run(occurrence: string, host: string): Promise<RunRecord | undefined>;
  /** Ends a run that was claimed; returns false when it was given up before. */
  finish(claim: Claim, end: RunEnd, now: number): Promise<boolean>;
  /** Records the end of a run that never began; returns false when there already is a record. */
  note(run: RunRecord & { readonly state: RunEnd["state"] }, now: number): Promise<boolean>;
  /** Ends a run that nothing else will end; returns false when it has ended meanwhile. */
  giveUp(run: RunRecord, end: RunEnd, now: number): Promise<boolean>;
  /** Returns the remembered keys of the host. */
  pins(host: string): Promise<readonly Pin[]>;
  /** Returns those of the hosts whose keys are remembered. */
  known(hosts: readonly string[]): Promise<ReadonlySet<string>>;
  /** Remembers a host's keys, unless some are known. */
  rememberPins(host: string, pins: readonly Pin[], source: string, now: number): Promise<void>;
  /** Begins an occurrence; returns the stored one when it was begun before. */
  begin(occurrence: Occurrence, now: number): Promise<Occurrence | undefined>;
  occurrence(id: string): Promise<Occurrence | undefined>;
  sent(occurrence: string): Promise<void>;
  /** Records that a wave was sent. */
  sentWave(occurrence: string, wave: number): Promise<void>;
  close(occurrence: string, counts: Readonly<Record<string, number>>): Promise<void>;
  /** Returns the last occurrences, newest first. */
  occurrences(last: number): Promise<Occurrence[]>;
  runs(occurrence: string): Promise<RunRecord[]>;
  /** Reads a small named text of the cron. */
  recall(name: string): Promise<string | undefined>;
  keep(name: string, text: string): Promise<void>;
}
