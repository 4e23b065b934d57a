export const deploymentOnlyModule = true;

/**
 * One line that is safe on a terminal and cannot look like another record: control characters, those that turn the
 * direction of text around and separators of lines are replaced. Hosts choose their names and what they print.
 */
export function visible(text: string, most = 300): string {
  // Format characters (Cf) turn text around or hide it; the rest (Cc, Zl, Zp) end lines or steer a terminal.
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, "\uFFFD");
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
