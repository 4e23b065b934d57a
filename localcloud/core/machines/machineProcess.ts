import { finished, type Readable, type Writable } from "node:stream";

/** How a command ended: exit code or signal. */
export interface MachineExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running command of a machine. */
export interface MachineProcess {
  /** Also the id of its process group. */
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly exited: Promise<MachineExit>;
}

/** Resolves when the command has ended and no process has its output open any more, or its output was discarded. */
export async function closed({ exited, stdout, stderr }: MachineProcess): Promise<MachineExit> {
  const ends = [stdout, stderr].map(
    (stream) =>
      new Promise<void>((resolve) => finished(stream, { writable: false }, () => resolve())),
  );
  const [exit] = await Promise.all([exited, ...ends]);
  return exit;
}
