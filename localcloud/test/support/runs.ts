/** Returns how often a property is tested: `ci`, or with FUZZ=1 (`npm run fuzz`) `nightly`. */
export function runs(ci: number, nightly: number): number {
  return process.env.FUZZ ? nightly : ci;
}
