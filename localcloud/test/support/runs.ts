/** How often a property is tried: the count for CI, or with FUZZ=1 (`npm run fuzz`) the nightly one. */
export function runs(ci: number, nightly: number): number {
  return process.env.FUZZ ? nightly : ci;
}
