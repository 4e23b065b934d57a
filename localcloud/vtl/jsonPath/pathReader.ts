import { TemplateError } from "../templateError";
import type { Path } from "./path";

/** Not Jayway's: a reader that calls itself for each bracket must end before the stack does. */
const MAX_DEPTH = 200;

/** Reads text from a moving offset; a path inside a filter ends where the filter goes on. */
export class PathReader {
  offset = 0;
  /** How many filters are open here. */
  filters = 0;
  private depth = 0;

  /** @param readPath reads a path inside a filter: paths and their conditions hold each other. */
  constructor(
    readonly text: string,
    readonly readPath: (reader: PathReader) => Path,
  ) {}

  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.offset;
    const match = pattern.exec(this.text) ?? undefined;
    this.offset += match?.[0].length ?? 0;
    return match;
  }

  /** Reads a part that may hold parts of its own kind. */
  nested<Part>(read: () => Part): Part {
    if (++this.depth > MAX_DEPTH) throw this.invalid();
    const part = read();
    this.depth--;
    return part;
  }

  invalid(): TemplateError {
    return new TemplateError(`InvalidPathException: ${this.text} (position ${this.offset})`);
  }
}

/** The backslash escapes of a quoted name or string. */
export function unquote(text: string): string {
  return text.replaceAll(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, code?: string, char?: string) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" }[char ?? ""] ?? char ?? "";
  });
}
