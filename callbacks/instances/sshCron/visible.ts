export const deploymentOnlyModule = true;

/**
 * Returns one line that is safe on a terminal and cannot imitate another record: replaces control characters,
 * characters that change the direction of text, and line separators. Hosts choose their names and their output.
 */
export function visible(text: string, most = 300): string {
  // Format characters (Cf) reverse text or hide it; the others (Cc, Zl, Zp) end lines or control a terminal.
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, "\uFFFD");
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
