export const deploymentOnlyModule = true;

const KEPT_BYTES = 64 * 1024;
const SHOWN_CHARACTERS = 4_000;

/** Keeps the end of a build's output; earlier bytes are counted and dropped. */
export interface BuildOutput {
  take(bytes: Buffer): void;
  text(): string;
}

export function buildOutput(): BuildOutput {
  let kept: Buffer = Buffer.alloc(0);
  return {
    take(bytes) {
      kept = Buffer.concat([kept, bytes.subarray(-KEPT_BYTES)]);
      // Not for each chunk, because it copies everything.
      if (kept.length > 2 * KEPT_BYTES) kept = Buffer.from(kept.subarray(-KEPT_BYTES));
    },
    text: () => shownOutput(kept.toString("utf8")),
  };
}

/**
 * Returns the last lines as a terminal would show them, without characters that move its cursor or change the direction
 * of text.
 */
export function shownOutput(output: string): string {
  const lines = output
    // Escape sequences of ECMA-48: those with parameters, strings, and short ones.
    .replace(/\u001b\[[0-?]*[ -/]*[@-~]/g, "")
    .replace(/\u001b[P\]X^_][^\u0007\u001b]*(\u0007|\u001b\\)?/g, "")
    .replace(/\u001b[ -/]*[0-~]?/g, "")
    .split("\n")
    // A progress bar overwrites its own line.
    .map((line) => line.replace(/\r+$/, "").split("\r").at(-1) ?? "")
    .map((line) =>
      line.replace(/[\p{Cc}\p{Cf}\u2028\u2029\ufffd]/gu, (one) => (one === "\t" ? one : "")),
    );
  const text = lines.join("\n").trim();
  if (text.length <= SHOWN_CHARACTERS) return text;
  const end = text.slice(-SHOWN_CHARACTERS);
  return `...${end.slice(end.indexOf("\n") + 1)}`;
}
