export const deploymentOnlyModule = true;

const KEPT_BYTES = 64 * 1024;
const SHOWN_CHARACTERS = 4_000;

/** The end of what a build prints; the rest is counted and forgotten. */
export interface BuildOutput {
  take(bytes: Buffer): void;
  text(): string;
}

export function buildOutput(): BuildOutput {
  let kept: Buffer = Buffer.alloc(0);
  return {
    take(bytes) {
      kept = Buffer.concat([kept, bytes.subarray(-KEPT_BYTES)]);
      // Now and then, because each time copies all of it.
      if (kept.length > 2 * KEPT_BYTES) kept = Buffer.from(kept.subarray(-KEPT_BYTES));
    },
    text: () => shownOutput(kept.toString("utf8")),
  };
}

/** The last lines as a terminal would show them, and nothing that would move its cursor or turn text around. */
export function shownOutput(output: string): string {
  const lines = output
    // Sequences of ECMA-48: those with parameters, those that are strings, and short ones.
    .replace(/\u001b\[[0-?]*[ -/]*[@-~]/g, "")
    .replace(/\u001b[P\]X^_][^\u0007\u001b]*(\u0007|\u001b\\)?/g, "")
    .replace(/\u001b[ -/]*[0-~]?/g, "")
    .split("\n")
    // A bar of progress writes over itself.
    .map((line) => line.replace(/\r+$/, "").split("\r").at(-1) ?? "")
    .map((line) =>
      line.replace(/[\p{Cc}\p{Cf}\u2028\u2029\ufffd]/gu, (one) => (one === "\t" ? one : "")),
    );
  const text = lines.join("\n").trim();
  if (text.length <= SHOWN_CHARACTERS) return text;
  const end = text.slice(-SHOWN_CHARACTERS);
  return `...${end.slice(end.indexOf("\n") + 1)}`;
}
