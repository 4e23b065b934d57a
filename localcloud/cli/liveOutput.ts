/** Erases the line that the cursor is in (ECMA-48 EL). */
const ERASE_LINE = "\r\u001b[K";

/**
 * A stream with a status in its last line, which everything else is written above. Only a terminal has
 * the status: elsewhere it would be a line for every change.
 */
export class LiveOutput {
  private status = "";

  constructor(readonly stream: NodeJS.WriteStream) {}

  /** Whole lines, with their line feeds. */
  write(text: string): void {
    if (this.status === "") this.stream.write(text);
    else this.stream.write(`${ERASE_LINE}${text}${this.status}`);
  }

  /** Replaces the status; an empty one takes it away. Plain text: it is cut to the terminal's width. */
  show(status: string): void {
    if (!this.stream.isTTY || process.env.TERM === "dumb") return;
    const cut = status.slice(0, Math.max(0, (this.stream.columns || 80) - 1));
    if (cut === this.status) return;
    this.stream.write(`${this.status === "" ? "" : ERASE_LINE}${cut}`);
    this.status = cut;
  }
}
