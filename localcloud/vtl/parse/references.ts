import { type Expression, type Reference, type Step, type Text } from "../ast";
import { type Cursor } from "./cursor";
import { type Operands } from "./operands";

/** Backslashes, hashes and dollars up to the last dollar before a name: `\$`, `$!`, `$$`, `#$`, `$\!`. */
const OPENING = /(?:#?\\*\$(?:\\*!)?)+/y;
const NAME = /[a-zA-Z_][a-zA-Z0-9_-]*/y;
const FORMAL = /\{(?=[a-zA-Z_])/y;
const BRACED_NAME = /\{[a-zA-Z_[]/y;
const NESTED = /\{\$!?[a-zA-Z_]/y;
const PROPERTY = /\.([a-zA-Z][a-zA-Z0-9_-]*)/y;

/** Parses `$name.property.method("x")[0]` and its formal and quiet notations. */
export class References {
  /** Set directly after construction, because references and operands contain each other. */
  operands!: Operands;

  constructor(private readonly cursor: Cursor) {}

  /** Parses a reference that is used as a value, where the prefix in `OPENING` has no meaning. */
  tryReference(): Reference | undefined {
    if (!this.cursor.startsWith("$")) return undefined;
    const found = this.referenceOrText();
    if (found.type === "text") throw this.cursor.unexpected("the name of a reference");
    return found;
  }

  /** Parses from a `$`, or from backslashes or a `#` before one: a reference, or a dollar that is only text. */
  referenceOrText(): Reference | Text {
    const start = this.cursor.offset;
    const opening = this.cursor.take(OPENING)?.[0] ?? "";
    if (this.cursor.atEnd) throw this.cursor.fail("Lexical error: the template ends after a $");
    const formal = this.cursor.take(FORMAL) !== undefined;
    const name = this.cursor.take(NAME)?.[0];
    // Velocity drops the `!` (and a backslash before it) of a `$!` that does not start a reference.
    if (name === undefined) {
      if (this.cursor.peek(NESTED)) throw this.cursor.unexpected("the name of a reference");
      const brace = this.cursor.take(/\{/y)?.[0] ?? "";
      return {
        type: "text",
        text: brace === "" ? opening.replaceAll(/\\*!/g, "") : opening + brace,
      };
    }
    if (name === "true" || name === "false")
      throw this.cursor.fail(`Encountered "$${name}"`, start);
    const steps = this.steps();
    if (formal) this.cursor.expect("}");
    // Velocity 1.7 still uses the lexer state of a reference: `$x{name` is a syntax error, `$x{ "name"` is not.
    else if (this.cursor.peek(BRACED_NAME))
      throw this.cursor.unexpected("the end of the reference");
    return this.reference(start, opening, name, steps);
  }

  private reference(start: number, opening: string, name: string, steps: Step[]): Reference {
    const position = this.cursor.positionOf(start);
    // `$\!x` is not a reference to x but a name that cannot be set, so it is always undefined.
    if (/\\!/.test(opening)) {
      const source = this.cursor.text.slice(start, this.cursor.offset);
      return {
        type: "reference",
        root: source,
        steps,
        source,
        prefix: "",
        escaped: false,
        position,
      };
    }
    const slashes = /^\\*/.exec(opening)?.[0].length ?? 0;
    const dollar = opening.lastIndexOf("$");
    const escaped = slashes % 2 === 1;
    return {
      type: "reference",
      root: name,
      steps,
      source: this.cursor.text.slice(start + dollar, this.cursor.offset),
      prefix: "\\".repeat(slashes >> 1) + (escaped ? "" : opening.slice(slashes, dollar)),
      escaped,
      position,
    };
  }

  private steps(): Step[] {
    const steps: Step[] = [];
    for (;;) {
      if (this.cursor.startsWith("[")) {
        steps.push({ type: "index", index: this.index() });
        continue;
      }
      const name = this.cursor.take(PROPERTY)?.[1];
      if (name === undefined) return steps;
      steps.push(
        this.cursor.startsWith("(")
          ? { type: "method", name, arguments: this.arguments() }
          : { type: "property", name },
      );
    }
  }

  private index(): Expression {
    this.cursor.expect("[");
    this.operands.skipWhitespace();
    const index = this.operands.tryIndex();
    if (index === undefined) throw this.cursor.unexpected("an index");
    this.operands.skipWhitespace();
    this.cursor.expect("]");
    return index;
  }

  private arguments(): Expression[] {
    this.cursor.expect("(");
    const found: Expression[] = [];
    if (!this.cursor.startsWith(")")) {
      do found.push(this.operands.argument());
      while (this.cursor.take(/,/y));
    }
    this.cursor.expect(")");
    return found;
  }
}
