import { finished, type Readable, type Writable } from "node:stream";

/** How a command ended. */
export interface MachineExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A command that was started on a machine. */
export interface MachineProcess {
  /** Its process group, too. */
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly exited: Promise<MachineExit>;
}

/** Resolves when the command has ended and nobody holds its output any more, or it was thrown away. */
export async function closed({ exited, stdout, stderr }: MachineProcess): Promise<MachineExit> {
  const ends = [stdout, stderr].map(
    (stream) =>
      new Promise<void>((resolve) => finished(stream, { writable: false }, () => resolve())),
  );
  const [exit] = await Promise.all([exited, ...ends]);
  return exit;
}
