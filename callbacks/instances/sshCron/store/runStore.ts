import type { RunEnd, RunRecord } from "../model";
import type { Pin } from "../ssh/hostKeys";

export const deploymentOnlyModule = true;

/** An occurrence: when it was due, and the hosts that it was for. */
export interface Occurrence {
  /** Its time; later ones are greater as texts. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly due: number;
  /** When a run that has not begun is `missed`. */
  readonly startBy: number;
  readonly hosts: readonly string[];
  /** Why there are no hosts, when that was decided. */
  readonly skipped?: string;
  /** Whether the messages to all hosts were sent. */
  readonly sent?: boolean;
  /** The wave that was sent last, from 0. Default 0. */
  readonly wave?: number;
  /** How many runs ended how, once all have. */
  readonly counts?: Readonly<Record<string, number>>;
}

/** A run that may begin, at most once for each occurrence and host. */
export interface Claim {
  readonly occurrence: string;
  readonly host: string;
  readonly name: string;
  readonly now: number;
  /** When the run is over, whatever becomes of it. */
  readonly until: number;
  /** Whether it waits for no other run on the host. */
  readonly overlaps: boolean;
}

/** What is kept of a cron's runs. */
export interface RunStore {
  /** @returns "repeated" when the run was begun or ended before, "busy" while another run is on the host */
  claim(claim: Claim): Promise<"claimed" | "repeated" | "busy">;
  /** Keeps a run that goes on in the background, and its host, until then; false when somebody has given it up. */
  detach(claim: Claim, until: number): Promise<boolean>;
  run(occurrence: string, host: string): Promise<RunRecord | undefined>;
  /** Ends a run that was claimed; false when somebody has given it up before. */
  finish(claim: Claim, end: RunEnd, now: number): Promise<boolean>;
  /** Records the end of a run that never began; false when there is a record already. */
  note(run: RunRecord & { readonly state: RunEnd["state"] }, now: number): Promise<boolean>;
  /** Ends a run that nobody ends any more; false when it has ended meanwhile. */
  giveUp(run: RunRecord, end: RunEnd, now: number): Promise<boolean>;
  /** The host's keys that were remembered. */
  pins(host: string): Promise<readonly Pin[]>;
  /** The hosts among these whose keys are remembered. */
  known(hosts: readonly string[]): Promise<ReadonlySet<string>>;
  /** Remembers a host's keys, unless some are known. */
  rememberPins(host: string, pins: readonly Pin[], source: string, now: number): Promise<void>;
  /** Begins an occurrence; what there is already when it was begun before. */
  begin(occurrence: Occurrence, now: number): Promise<Occurrence | undefined>;
  occurrence(id: string): Promise<Occurrence | undefined>;
  sent(occurrence: string): Promise<void>;
  /** Notes that a wave was sent. */
  sentWave(occurrence: string, wave: number): Promise<void>;
  close(occurrence: string, counts: Readonly<Record<string, number>>): Promise<void>;
  /** The last occurrences, newest first. */
  occurrences(last: number): Promise<Occurrence[]>;
  runs(occurrence: string): Promise<RunRecord[]>;
  /** A small text of the cron's own. */
  recall(name: string): Promise<string | undefined>;
  keep(name: string, text: string): Promise<void>;
}
