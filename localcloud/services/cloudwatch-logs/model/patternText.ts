import { AwsError } from "../../../core/errors";

/** A cursor over the text of a filter pattern. */
export class PatternText {
  private at = 0;

  constructor(private readonly text: string) {}

  get ended(): boolean {
    this.skipSpace();
    return this.at >= this.text.length;
  }

  /** Consumes `literal` if it comes next, after optional white space. */
  take(literal: string): boolean {
    this.skipSpace();
    if (!this.text.startsWith(literal, this.at)) return false;
    this.at += literal.length;
    return true;
  }

  /** Consumes `literal`, or refuses the pattern. */
  expect(literal: string): void {
    if (!this.take(literal)) throw this.error();
  }

  /** Consumes a match of a sticky expression, after optional white space. */
  match(expression: RegExp): RegExpExecArray | undefined {
    this.skipSpace();
    const sticky = new RegExp(expression.source, "y");
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.text);
    if (!found) return undefined;
    this.at = sticky.lastIndex;
    return found;
  }

  error(): AwsError {
    return invalidPattern();
  }

  private skipSpace(): void {
    while (/\s/.test(this.text[this.at] ?? "")) this.at += 1;
  }
}

export function invalidPattern(message = "Invalid filter pattern"): AwsError {
  return new AwsError("InvalidParameterException", message);
}
