/** A mapping template that cannot be parsed, or whose rendering fails: API Gateway answers 400 at PutIntegration, 500 at run time. */
export class TemplateError extends Error {
  /** What went wrong, without the position. */
  readonly reason: string;

  constructor(
    reason: string,
    /** 1-based line in the template; 0 when the failure has no place in it. */
    readonly line = 0,
    /** 1-based UTF-16 column in the line. */
    readonly column = 0,
  ) {
    super(line > 0 ? `${reason} at [line ${line}, column ${column}]` : reason);
    this.name = "TemplateError";
    this.reason = reason;
  }

  /** The same failure at the place of the enclosing construct, unless it already has one. */
  at(position: Position): TemplateError {
    return this.line > 0 ? this : new TemplateError(this.reason, position.line, position.column);
  }
}

export interface Position {
  readonly line: number;
  readonly column: number;
}
