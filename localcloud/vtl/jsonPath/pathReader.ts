import { TemplateError } from "../templateError";
import type { Path } from "./path";

/** Not a limit of Jayway: it prevents a stack overflow, because the reader calls itself for each bracket. */
const MAX_DEPTH = 200;

/** Reads text from a moving offset. A path inside a filter ends where the filter continues. */
export class PathReader {
  offset = 0;
  /** Number of filters that are open at this offset. */
  filters = 0;
  private depth = 0;

  /** @param readPath parses a path inside a filter: paths and conditions can contain each other. */
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

  /** Parses a part that can contain parts of the same kind. */
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

/** Replaces the backslash escapes in a quoted name or string. */
export function unquote(text: string): string {
  return text.replaceAll(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, code?: string, char?: string) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" }[char ?? ""] ?? char ?? "";
  });
}
