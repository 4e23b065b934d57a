import { StringDecoder } from "node:string_decoder";
import type { Readable } from "node:stream";

/** Splits a stream into lines; what follows the last line break is a line when the stream ends. */
export class LineReader {
  private readonly decoder = new StringDecoder("utf8");
  /** Parts of a line that is not complete; joined once, because a result can be megabytes long. */
  private parts: string[] = [];

  constructor(
    stream: Readable,
    private readonly onLine: (line: string) => void,
  ) {
    stream.on("data", (chunk: Buffer) => this.add(this.decoder.write(chunk)));
    stream.on("end", () => this.end());
    stream.on("error", () => undefined); // the process ended; its exit is handled elsewhere
  }

  private add(text: string): void {
    const lines = text.split("\n");
    const rest = lines.pop() ?? "";
    for (const line of lines) {
      this.parts.push(line);
      this.end();
    }
    if (rest !== "") this.parts.push(rest);
  }

  private end(): void {
    const line = this.parts.join("");
    this.parts = [];
    if (line !== "") this.onLine(line);
  }
}
