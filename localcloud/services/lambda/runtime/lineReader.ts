import { StringDecoder } from "node:string_decoder";
import type { Readable } from "node:stream";

/**
 * Splits a stream into lines. Text after the last line break counts as a line when the stream ends. Only the first
 * `maxLength` characters of a longer line are kept.
 */
export class LineReader {
  private readonly decoder = new StringDecoder("utf8");
  /** Parts of an incomplete line; joined only once, because a result can be megabytes long. */
  private parts: string[] = [];
  private length = 0;

  constructor(
    stream: Readable,
    private readonly onLine: (line: string) => void,
    private readonly maxLength: number,
  ) {
    stream.on("data", (chunk: Buffer) => this.add(this.decoder.write(chunk)));
    stream.on("end", () => this.end());
    stream.on("error", () => undefined); // the process ended; its exit is handled elsewhere
  }

  private add(text: string): void {
    const lines = text.split("\n");
    const rest = lines.pop() ?? "";
    for (const line of lines) {
      this.keep(line);
      this.end();
    }
    this.keep(rest);
  }

  private keep(text: string): void {
    const part = text.slice(0, this.maxLength - this.length);
    if (part === "") return;
    this.parts.push(part);
    this.length += part.length;
  }

  private end(): void {
    const line = this.parts.join("");
    this.parts = [];
    this.length = 0;
    if (line !== "") this.onLine(line);
  }
}
