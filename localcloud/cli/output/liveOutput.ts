/** Erases the line of the cursor (ECMA-48 EL). */
const ERASE_LINE = "\r\u001b[K";

/** Without a terminal a status is written as a separate line after this many milliseconds without output. */
const SILENCE_MS = 1_500;

/**
 * A stream with a status in its last line; all other output is written above it. This needs a terminal: elsewhere the
 * status is a normal line, and only after some time without other output.
 */
export class LiveOutput {
  private status = "";
  private writtenAt = performance.now();

  constructor(readonly stream: NodeJS.WriteStream) {}

  /** Writes whole lines, with their line feeds. */
  write(text: string): void {
    this.writtenAt = performance.now();
    if (this.status === "") this.stream.write(text);
    else this.stream.write(`${ERASE_LINE}${text}${this.status}`);
  }

  /** Replaces the status; an empty one removes it. Plain text: it is cut to the terminal's width. */
  show(status: string): void {
    if (!this.stream.isTTY || process.env.TERM === "dumb") return this.writeAfterSilence(status);
    const cut = status.slice(0, Math.max(0, (this.stream.columns || 80) - 1));
    if (cut === this.status) return;
    this.stream.write(`${this.status === "" ? "" : ERASE_LINE}${cut}`);
    this.status = cut;
  }

  private writeAfterSilence(status: string): void {
    if (status !== "" && performance.now() - this.writtenAt >= SILENCE_MS)
      this.write(`${status}\n`);
  }
}
