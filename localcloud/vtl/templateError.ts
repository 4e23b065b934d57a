/**
 * Error for a mapping template that is invalid, or fails while rendering: API Gateway returns 400 at PutIntegration,
 * 500 at run time.
 */
export class TemplateError extends Error {
  /** The problem, without the position. */
  readonly reason: string;

  constructor(
    reason: string,
    /** 1-based line in the template; 0 for a failure without a position. */
    readonly line = 0,
    /** 1-based UTF-16 column in the line. */
    readonly column = 0,
  ) {
    super(line > 0 ? `${reason} at [line ${line}, column ${column}]` : reason);
    this.name = "TemplateError";
    this.reason = reason;
  }

  /** Returns the same error with the position of the enclosing construct, unless it already has one. */
  at(position: Position): TemplateError {
    return this.line > 0 ? this : new TemplateError(this.reason, position.line, position.column);
  }
}

export interface Position {
  readonly line: number;
  readonly column: number;
}
