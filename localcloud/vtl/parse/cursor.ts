import { type Position, TemplateError } from "../templateError";

/** A position in the template text that moves only forward, one token at a time. */
export class Cursor {
  offset = 0;
  private lineStarts?: number[];

  constructor(readonly text: string) {}

  get atEnd(): boolean {
    return this.offset >= this.text.length;
  }

  startsWith(prefix: string): boolean {
    return this.text.startsWith(prefix, this.offset);
  }

  /** Consumes a match of the sticky pattern; returns undefined, without moving, if it does not match here. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    const match = this.peek(pattern);
    if (match !== undefined) this.offset += match[0].length;
    return match;
  }

  peek(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.offset;
    return pattern.exec(this.text) ?? undefined;
  }

  /** Consumes this text. Throws if there is another. */
  expect(text: string): void {
    if (!this.startsWith(text)) throw this.unexpected(`"${text}"`);
    this.offset += text.length;
  }

  positionOf(offset: number): Position {
    this.lineStarts ??= findLineStarts(this.text);
    let line = 0;
    for (let end = this.lineStarts.length; line + 1 < end;) {
      const middle = (line + end) >> 1;
      if ((this.lineStarts[middle] ?? 0) <= offset) line = middle;
      else end = middle;
    }
    return { line: line + 1, column: offset - (this.lineStarts[line] ?? 0) + 1 };
  }

  /** Returns Velocity's error for an unexpected token. */
  unexpected(expected: string): TemplateError {
    const found = this.atEnd ? "<EOF>" : this.text.slice(this.offset, this.offset + 16);
    return this.fail(`Encountered "${found}" where ${expected} was expected`);
  }

  fail(reason: string, offset = this.offset): TemplateError {
    const { line, column } = this.positionOf(offset);
    return new TemplateError(reason, line, column);
  }
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
  return starts;
}
