import { parseDecimal } from "../java/decimal";
import { JsonArray } from "../java/list";
import { JavaMap } from "../java/map";
import { fromBigInt, JavaDouble } from "../java/number";
import { type JavaNumber, type JavaValue } from "../java/value";
import { TemplateError } from "../templateError";

/** Space, tab, line feed and carriage return. */
const WHITESPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;

/** Characters that need more than copying, or are not allowed, in a string. */
const SPECIAL = /[\\\u0000-\u001f]/;
const STRING =
  /"([^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*)"/y;
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|(.))/g;
const SHORT: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
/** json-smart reads a fraction with more characters than this as a BigDecimal. */
const DOUBLE_CHARACTERS = 18;

/**
 * Parses JSON into Java values: objects keep their key order, integers have any size, long fractions become
 * BigDecimal. Throws TemplateError for text that is not JSON.
 */
export function readJson(text: string): JavaValue {
  return new Reader(text).document();
}

class Reader {
  private offset = 0;

  constructor(private readonly text: string) {}

  document(): JavaValue {
    const value = this.value();
    if (this.offset < this.text.length) throw this.unexpected();
    return value;
  }

  private value(): JavaValue {
    this.skipSpace();
    const value = this.valueHere();
    this.skipSpace();
    return value;
  }

  private valueHere(): JavaValue {
    switch (this.text[this.offset]) {
      case "{":
        return this.object();
      case "[":
        return this.array();
      case '"':
        return this.string();
      case "t":
        return this.word("true", true);
      case "f":
        return this.word("false", false);
      case "n":
        return this.word("null", null);
      default:
        return this.number();
    }
  }

  private object(): JavaMap {
    const map = new JavaMap();
    this.offset++;
    this.skipSpace();
    if (this.skip("}")) return map;
    do {
      this.skipSpace();
      const key = this.string();
      this.skipSpace();
      if (!this.skip(":")) throw this.unexpected();
      map.put(key, this.value());
    } while (this.skip(","));
    if (!this.skip("}")) throw this.unexpected();
    return map;
  }

  private array(): JsonArray {
    const items: JavaValue[] = [];
    this.offset++;
    this.skipSpace();
    if (this.skip("]")) return new JsonArray(items);
    do items.push(this.value());
    while (this.skip(","));
    if (!this.skip("]")) throw this.unexpected();
    return new JsonArray(items);
  }

  private string(): string {
    const plain = this.plainString();
    if (plain !== undefined) return plain;
    const raw = this.take(STRING)?.[1];
    if (raw === undefined) throw this.unexpected();
    return raw.includes("\\") ? raw.replace(ESCAPE, unescape) : raw;
  }

  /** Reads a string up to its next quote, or nothing if it has escapes or an error; the pattern is slower. */
  private plainString(): string | undefined {
    const { text, offset } = this;
    const end = text[offset] === '"' ? text.indexOf('"', offset + 1) : -1;
    if (end < 0) return undefined;
    const plain = text.slice(offset + 1, end);
    if (SPECIAL.test(plain)) return undefined;
    this.offset = end + 1;
    return plain;
  }

  private number(): JavaNumber {
    const match = this.take(NUMBER);
    if (match === undefined) throw this.unexpected();
    const [digits, fraction, exponent] = match;
    if (fraction === undefined && exponent === undefined) return fromBigInt(BigInt(digits));
    return digits.length > DOUBLE_CHARACTERS
      ? parseDecimal(digits)
      : new JavaDouble(Number(digits));
  }

  private word<T extends JavaValue>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.offset)) throw this.unexpected();
    this.offset += word.length;
    return value;
  }

  private take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.offset;
    const match = pattern.exec(this.text) ?? undefined;
    this.offset += match?.[0].length ?? 0;
    return match;
  }

  private skipSpace(): void {
    while (WHITESPACE.has(this.text.charCodeAt(this.offset))) this.offset++;
  }

  private skip(char: string): boolean {
    const here = this.text[this.offset] === char;
    if (here) this.offset++;
    return here;
  }

  private unexpected(): TemplateError {
    const found = this.text[this.offset] ?? "end of input";
    return new TemplateError(`The text is not JSON: unexpected ${found} at ${this.offset}`);
  }
}

function unescape(_match: string, code: string | undefined, short: string | undefined): string {
  if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
  return SHORT[short ?? ""] ?? short ?? "";
}
