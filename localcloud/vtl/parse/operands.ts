import { type Expression, type MapLiteral, type NumberLiteral, type StringLiteral } from "../ast";
import { parseDecimal } from "../java/decimal";
import { fromBigInt, JavaDouble } from "../java/number";
import { type JavaNumber } from "../java/value";
import { type Cursor } from "./cursor";
import { type References } from "./references";

const WHITESPACE = /[ \t\r\n]*/y;
const BOOLEAN = /(true|false)(?![\w@-])/y;
/** `1..3` is an integer and the range operator, never the float `1.`. */
const RANGE_START = /-?\d+(?=\.\.)/y;
const FLOAT = /-?(?:\d+\.\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)/y;
const INTEGER = /-?\d+/y;

/** Parses values without operators: literals, lists, maps, ranges and references. */
export class Operands {
  constructor(
    private readonly cursor: Cursor,
    private readonly references: References,
    private readonly parseString: (text: string, offset: number) => Expression,
  ) {}

  skipWhitespace(): void {
    this.cursor.take(WHITESPACE);
  }

  /** Parses one value with optional white space around it, as an argument of a method. */
  argument(): Expression {
    this.skipWhitespace();
    const value = this.value();
    this.skipWhitespace();
    return value;
  }

  value(): Expression {
    const value = this.tryValue();
    if (value === undefined) throw this.cursor.unexpected("a value");
    return value;
  }

  tryValue(): Expression | undefined {
    return (
      this.tryScalar() ??
      (this.cursor.startsWith("[") ? this.listOrRange() : undefined) ??
      (this.cursor.startsWith("{") ? this.map() : undefined)
    );
  }

  /** Parses the index in the brackets of `$x[ ]`: no float, list or map. */
  tryIndex(): Expression | undefined {
    return this.string() ?? this.boolean() ?? this.integer() ?? this.references.tryReference();
  }

  private tryScalar(): Expression | undefined {
    return this.string() ?? this.boolean() ?? this.number() ?? this.references.tryReference();
  }

  private string(): Expression | undefined {
    const start = this.cursor.offset;
    const quote = this.cursor.text.charAt(start);
    if (quote !== "'" && quote !== '"') return undefined;
    const end = closingQuote(this.cursor.text, start, quote);
    if (end === -1) throw this.cursor.fail("Lexical error: a string without its end");
    this.cursor.offset = end + 1;
    const source = this.cursor.text.slice(start, end + 1);
    const inside = source.slice(1, -1);
    if (quote === "'") return literalString(inside.replaceAll("''", "'"), source);
    const text = this.unescape(inside, start).replaceAll('""', '"');
    return /[$#]/.test(source) ? this.parseString(text, start) : literalString(text, source);
  }

  /** Replaces escapes. The only one in strings of Velocity 1.7 is \uXXXX; `\n` and `\"` are not escapes. */
  private unescape(text: string, offset: number): string {
    return text.replaceAll(/\\u(.{0,4})/gs, (_, digits: string) => {
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) {
        throw this.cursor.fail(`Invalid escape \\u${digits} in a string`, offset);
      }
      return String.fromCharCode(Number.parseInt(digits, 16));
    });
  }

  private boolean(): Expression | undefined {
    const match = this.cursor.take(BOOLEAN);
    if (match === undefined) return undefined;
    return { type: "boolean", value: match[0] === "true", source: match[0] };
  }

  private number(): NumberLiteral | undefined {
    if (this.cursor.peek(RANGE_START) === undefined) {
      const match = this.cursor.take(FLOAT);
      if (match !== undefined) return numberLiteral(floatValue(match[0]), match[0]);
    }
    return this.integer();
  }

  private integer(): NumberLiteral | undefined {
    const match = this.cursor.take(INTEGER);
    return match && numberLiteral(fromBigInt(BigInt(match[0])), match[0]);
  }

  private listOrRange(): Expression {
    const start = this.cursor.offset;
    this.cursor.expect("[");
    if (this.cursor.startsWith("]"))
      return { type: "list", items: [], source: this.close("]", start) };
    const first = this.argument();
    if (this.cursor.startsWith("..") && (first.type === "reference" || first.type === "number")) {
      this.cursor.expect("..");
      const to = this.argument();
      if (to.type !== "reference" && to.type !== "number") {
        throw this.cursor.fail("A range ends with an integer or a reference", start);
      }
      return { type: "range", from: first, to, source: this.close("]", start) };
    }
    const items = [first];
    while (this.cursor.take(/,/y)) items.push(this.argument());
    return { type: "list", items, source: this.close("]", start) };
  }

  private map(): MapLiteral {
    const start = this.cursor.offset;
    this.cursor.expect("{");
    this.skipWhitespace();
    const entries: { key: Expression; value: Expression }[] = [];
    if (!this.cursor.startsWith("}")) {
      do {
        const key = this.argument();
        this.cursor.expect(":");
        entries.push({ key, value: this.argument() });
      } while (this.cursor.take(/,/y));
    }
    return { type: "map", entries, source: this.close("}", start) };
  }

  private close(bracket: string, start: number): string {
    this.cursor.expect(bracket);
    return this.cursor.text.slice(start, this.cursor.offset);
  }
}

/** Returns the end of a string. A doubled quote is part of the string, unless no later quote ends it. */
function closingQuote(text: string, start: number, quote: string): number {
  let last = -1;
  for (let end = text.indexOf(quote, start + 1); end !== -1; end = text.indexOf(quote, end + 2)) {
    last = end;
    if (text[end + 1] !== quote) break;
  }
  return last;
}

function literalString(value: string, source: string): StringLiteral {
  return { type: "string", value, source };
}

function numberLiteral(value: JavaNumber, source: string): NumberLiteral {
  return { type: "number", value, source };
}

function floatValue(source: string): JavaNumber {
  const value = Number(source);
  return Number.isFinite(value) ? new JavaDouble(value) : parseDecimal(source);
}
