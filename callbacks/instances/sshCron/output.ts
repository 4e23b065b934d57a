export const deploymentOnlyModule = true;

/** Output of commands: keeps the beginning and the end within a limit, in constant memory. */
export interface Output {
  add(chunk: Uint8Array): void;
  /** Bytes received, kept or not. */
  bytes(): number;
  /** The kept output, with a line that says how much is missing. */
  contents(): Buffer;
}

/** @param limit bytes to keep, half of them from the beginning. */
export function createOutput(limit: number): Output {
  const headSize = Math.ceil(limit / 2);
  const tailSize = limit - headSize;
  let bytes = 0;
  // Of a fixed size: chunks of one byte each, kept as they arrive, would take a hundred times as much memory.
  const head = Buffer.alloc(headSize);
  let headBytes = 0;
  // Allocated when needed: a ring buffer of the last bytes.
  let tail: Buffer | undefined;
  let tailBytes = 0;
  const addToTail = (chunk: Uint8Array): void => {
    tail ??= Buffer.alloc(tailSize);
    const last = chunk.subarray(Math.max(0, chunk.length - tailSize));
    const skipped = chunk.length - last.length;
    const at = tailSize === 0 ? 0 : (tailBytes + skipped) % tailSize;
    const untilEnd = last.subarray(0, tailSize - at);
    tail.set(untilEnd, at);
    tail.set(last.subarray(untilEnd.length), 0);
    tailBytes += chunk.length;
  };
  return {
    add(chunk) {
      bytes += chunk.length;
      const room = headSize - headBytes;
      if (room > 0) {
        const first = chunk.subarray(0, room);
        head.set(first, headBytes);
        headBytes += first.length;
      }
      if (chunk.length > room) addToTail(chunk.subarray(Math.max(0, room)));
    },
    bytes: () => bytes,
    contents() {
      const dropped = Math.max(0, tailBytes - tailSize);
      const end = tailSize === 0 ? 0 : tailBytes % tailSize;
      const kept = !tail
        ? []
        : dropped > 0
          ? [tail.subarray(end), tail.subarray(0, end)]
          : [tail.subarray(0, tailBytes)];
      const gap = dropped > 0 ? [Buffer.from(`\n[... ${dropped} bytes are left out ...]\n`)] : [];
      return Buffer.concat([head.subarray(0, headBytes), ...gap, ...kept]);
    },
  };
}
