import { type BinaryOperator, type Expression } from "../ast";
import { type Cursor } from "./cursor";
import { type Operands } from "./operands";

/** The operators by increasing precedence; words and signs are equivalent (user guide, "Conditionals"). */
const LEVELS: readonly RegExp[] = [
  /\|\||or(?![\w@])/y,
  /&&|and(?![\w@])/y,
  /==|!=|(?:eq|ne)(?![\w@])/y,
  /<=|>=|<|>|(?:lt|le|gt|ge)(?![\w@])/y,
  // A minus directly before a digit belongs to the number: `$x -3` is a syntax error in Velocity 1.7.
  /\+|-(?!\.?\d)/y,
  /[*/%]/y,
];
const NOT = /[ \t\r\n]*(?:!|not(?![\w@]))/y;
const WORDS: Readonly<Record<string, BinaryOperator>> = {
  or: "||",
  and: "&&",
  eq: "==",
  ne: "!=",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
};

/** Parses the expressions of `#if`, `#elseif` and the right side of `#set`. */
export class Expressions {
  constructor(
    private readonly cursor: Cursor,
    private readonly operands: Operands,
  ) {}

  expression(level = 0): Expression {
    const pattern = LEVELS[level];
    if (pattern === undefined) return this.unary();
    let left = this.expression(level + 1);
    for (;;) {
      const sign = this.cursor.take(pattern)?.[0];
      if (sign === undefined) return left;
      const right = this.expression(level + 1);
      const operator = WORDS[sign] ?? (sign as BinaryOperator); // LEVELS match only these signs
      left = {
        type: "binary",
        operator,
        left,
        right,
        source: `${left.source}${sign}${right.source}`,
      };
    }
  }

  private unary(): Expression {
    const not = this.cursor.take(NOT)?.[0];
    if (not === undefined) return this.primary();
    const operand = this.unary();
    return { type: "not", operand, source: not.trim() + operand.source };
  }

  private primary(): Expression {
    this.operands.skipWhitespace();
    const value = this.cursor.startsWith("(") ? this.parenthesized() : this.operands.value();
    this.operands.skipWhitespace();
    return value;
  }

  private parenthesized(): Expression {
    this.cursor.expect("(");
    const inner = this.expression();
    this.cursor.expect(")");
    return inner;
  }
}
