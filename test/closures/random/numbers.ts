/**
 * Returns the numbers that determine the program of this index: the same index gives the same program on every
 * computer.
 */
export function numbersOf(index: number): number[] {
  const next = mulberry32(index);
  const length = LEAST + (next() % (MOST - LEAST + 1));
  return Array.from({ length }, () => next() % BELOW);
}

export const LEAST = 60;
export const MOST = 320;
const BELOW = 1_000_000;

/** Returns 32 random bits per call, with Tommy Ettinger's generator (public domain). */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}
