import { statfsSync } from "node:fs";
import { tmpdir } from "node:os";

const MB = 1024 * 1024;

/** So much must be left on the disk with the temporary files, where functions write. */
const LEAST_FREE = 512 * MB;

/** Nobody is ended who has written less: the disk is full of something else. */
const LEAST_WRITTEN = 64 * MB;

/** A worker that runs a request. */
export interface Writer {
  /** Bytes that it has written since its start. */
  written(): number;
  /** Ends it, and tells its log why. */
  end(reason: string): void;
}

/** Looks at what all workers write together: many may fill a disk that one alone may not. */
export class DiskWatch {
  private readonly writers = new Set<Writer>();

  /** @param free bytes that are left on the disk. */
  constructor(public free: () => number = freeBytes) {}

  /** Counts a worker in until the answer is called. */
  add(writer: Writer): () => void {
    this.writers.add(writer);
    return () => void this.writers.delete(writer);
  }

  /** Ends the worker that has written most when little is left on the disk. */
  look(): void {
    const free = this.free();
    if (free >= LEAST_FREE) return;
    const [most] = [...this.writers]
      .map((writer) => ({ writer, bytes: writer.written() }))
      .sort((one, other) => other.bytes - one.bytes);
    if (!most || most.bytes < LEAST_WRITTEN) return;
    // Its end takes a moment, in which the next look must not end another one.
    this.writers.delete(most.writer);
    most.writer.end(
      `[localcloud] This function was ended: it has written ${megabytes(most.bytes)}, more than any other that runs, and ${megabytes(free)} are left on the disk of ${tmpdir()}. Write less, or make room for ${megabytes(LEAST_FREE)}.`,
    );
  }
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / MB)} MB`;
}

function freeBytes(): number {
  try {
    const { bavail, bsize } = statfsSync(tmpdir());
    return bavail * bsize;
  } catch {
    // Not every system tells.
    return Infinity;
  }
}
