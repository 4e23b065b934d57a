import { statfsSync } from "node:fs";
import { tmpdir } from "node:os";

const MB = 1024 * 1024;

/** Bytes that must be free on the disk with the temporary files, to which functions write. */
const LEAST_FREE = 512 * MB;

/** A worker that has written fewer bytes is never ended: something else fills the disk. */
const LEAST_WRITTEN = 64 * MB;

/** A worker that runs a request. */
export interface Writer {
  /** Returns the bytes that the worker has written since its start. */
  written(): number;
  /** Ends the worker, and writes the reason to its log. */
  end(reason: string): void;
}

/** Watches the disk space that all workers use together: many can fill a disk that one alone cannot. */
export class DiskWatch {
  private readonly writers = new Set<Writer>();

  /** @param free returns the free bytes of the disk. */
  constructor(public free: () => number = freeBytes) {}

  /** Watches a worker until the returned function is called. */
  add(writer: Writer): () => void {
    this.writers.add(writer);
    return () => void this.writers.delete(writer);
  }

  /** Ends the worker that has written most, if the disk has too little free space. */
  check(): void {
    const free = this.free();
    if (free >= LEAST_FREE) return;
    const [most] = [...this.writers]
      .map((writer) => ({ writer, bytes: writer.written() }))
      .sort((one, other) => other.bytes - one.bytes);
    if (!most || most.bytes < LEAST_WRITTEN) return;
    // Its end takes a moment, in which the next check must not choose it again.
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
    // The free space is unknown on some systems.
    return Infinity;
  }
}
