import { TemplateError } from "../templateError";

const CACHE_SIZE = 200;
const cache = new Map<string, RegExp>();
/** Escapes with the same meaning in a JavaScript expression with the `u` flag. */
const SHARED_ESCAPES = /^[dDwWsSnrtf]$/;
/** Java's word boundary includes letters of all scripts, its `\w` only ASCII letters. */
const WORD = "[\\p{L}\\p{N}_]";
const BOUNDARY = `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`;
const POSIX_CLASSES: Readonly<Record<string, string>> = {
  Lower: "a-z",
  Upper: "A-Z",
  ASCII: "\\x00-\\x7f",
  Alpha: "a-zA-Z",
  Digit: "0-9",
  Alnum: "a-zA-Z0-9",
  Punct: "!-\\/:-@\\[-`\\{-~",
  XDigit: "0-9a-fA-F",
  Space: "\\t-\\r ",
};

/**
 * Compiles a java.util.regex pattern. Throws TemplateError for an invalid one, and for syntax that this cloud does
 * not support.
 */
export function compileRegex(pattern: string): RegExp {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  const compiled = compile(pattern);
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(pattern, compiled);
  return compiled;
}

/** Expands a Java replacement: `$1`, `${name}`, and a backslash that makes the next character literal. */
export function expandReplacement(replacement: string, match: RegExpMatchArray): string {
  let expanded = "";
  for (let i = 0; i < replacement.length; i++) {
    const char = replacement.charAt(i);
    if (char === "\\") {
      if (++i === replacement.length) throw illegal("character to be escaped is missing");
      expanded += replacement.charAt(i);
    } else if (char === "$") {
      const group = readGroup(replacement, i + 1, match);
      expanded += group.text;
      i += group.length;
    } else {
      expanded += char;
    }
  }
  return expanded;
}

function compile(pattern: string): RegExp {
  const { flags, source } = new Translation(pattern).result();
  try {
    return new RegExp(source, `gu${flags}`);
  } catch {
    throw new TemplateError(`PatternSyntaxException: ${pattern}`);
  }
}

/** Translates syntax that differs between Java and JavaScript, and refuses syntax that JavaScript cannot express. */
class Translation {
  private offset = 0;
  private readonly flags: string;

  constructor(private readonly pattern: string) {
    const inline = /^\(\?([ism]+)\)/.exec(pattern);
    this.flags = inline?.[1] ?? "";
    this.offset = inline?.[0].length ?? 0;
  }

  result(): { flags: string; source: string } {
    let source = "";
    while (this.offset < this.pattern.length) source += this.next();
    return { flags: [...new Set(this.flags)].join(""), source };
  }

  private next(): string {
    const char = this.pattern.charAt(this.offset++);
    if (char === "\\") return this.escape(false);
    if (char === "[") return this.characterClass();
    if (char === "(" && /^\?[a-zA-Z-]+[:)]|^\?>/.test(this.pattern.slice(this.offset))) {
      throw this.unsupported("inline flags and atomic groups");
    }
    if (/[*+?}]/.test(char) && this.pattern[this.offset] === "+") {
      throw this.unsupported("possessive quantifiers");
    }
    // In Java, `$` also matches before a final newline, and an unbalanced brace or bracket is literal.
    if (char === "$" && !this.flags.includes("m")) return "(?=\\n?$(?![\\s\\S]))";
    if (char === "." && !this.flags.includes("s")) return "[^\\n\\r\\u0085\\u2028\\u2029]";
    if (char === "]" || char === "}") return this.isQuantifierEnd(char) ? char : `\\${char}`;
    return char;
  }

  private isQuantifierEnd(char: string): boolean {
    return char === "}" && /\{\d+(?:,\d*)?\}$/.test(this.pattern.slice(0, this.offset));
  }

  private escape(inClass: boolean): string {
    const rest = this.pattern.slice(this.offset);
    const char = this.pattern.charAt(this.offset++);
    if (char === "") throw new TemplateError(`PatternSyntaxException: ${this.pattern}`);
    if (char === "Q") return this.quoted();
    if (char === "p" || char === "P") return this.property(rest, inClass);
    if (char === "u" || char === "x") return this.codePoint(rest);
    if (/^[1-9]$/.test(char) || /^k<\w+>/.test(rest)) return `\\${char}`;
    if (!inClass && char === "b") return BOUNDARY;
    if (!inClass && char === "B") return `(?!${BOUNDARY})`;
    if (!inClass && char === "A") return "(?<![\\s\\S])";
    if (!inClass && char === "z") return "(?![\\s\\S])";
    if (!inClass && char === "Z") return "(?=\\n?(?![\\s\\S]))";
    if (char === "e") return "\\x1b";
    if (char === "a") return "\\x07";
    if (SHARED_ESCAPES.test(char))
      return char === "s" || char === "S" ? space(char, inClass) : `\\${char}`;
    if (/^[a-zA-Z0-9]$/.test(char)) throw this.unsupported(`\\${char}`);
    return quoteRegex(char);
  }

  private quoted(): string {
    const end = this.pattern.indexOf("\\E", this.offset);
    const text = this.pattern.slice(this.offset, end === -1 ? undefined : end);
    this.offset = end === -1 ? this.pattern.length : end + 2;
    return quoteRegex(text);
  }

  private property(rest: string, inClass: boolean): string {
    const match = /^[pP]\{(\w+)\}/.exec(rest);
    const name = match?.[1] ?? "";
    const posix = Object.hasOwn(POSIX_CLASSES, name) ? POSIX_CLASSES[name] : undefined;
    if (match === null || (posix === undefined && !/^(?:Is)?[LNPSZMC][a-z]?$/.test(name))) {
      throw this.unsupported(`\\${rest.slice(0, 10)}`);
    }
    this.offset += match[0].length - 1;
    const negated = rest.startsWith("P");
    if (posix === undefined) return `\\${negated ? "P" : "p"}{${name.replace(/^Is/, "")}}`;
    if (inClass && negated) throw this.unsupported(`\\P{${name}} in a character class`);
    return inClass ? posix : `[${negated ? "^" : ""}${posix}]`;
  }

  private codePoint(rest: string): string {
    const match = /^(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]+)\})/.exec(rest);
    if (match === null) throw new TemplateError(`PatternSyntaxException: ${this.pattern}`);
    this.offset += match[0].length - 1;
    return `\\u{${match[1] ?? match[2] ?? match[3]}}`;
  }

  private characterClass(): string {
    let source = "[";
    if (this.pattern[this.offset] === "^") source += this.pattern.charAt(this.offset++);
    const start = this.offset;
    for (;;) {
      const char = this.pattern.charAt(this.offset++);
      if (char === "") throw new TemplateError(`PatternSyntaxException: Unclosed character class`);
      if (char === "]" && this.offset - 1 > start) return `${source}]`;
      if (char === "[" || (char === "&" && this.pattern[this.offset] === "&")) {
        throw this.unsupported("unions and intersections of character classes");
      }
      if (char === "\\") source += this.escape(true);
      else source += /[-\^]/.test(char) || /\w/.test(char) ? char : quoteRegex(char);
    }
  }

  private unsupported(what: string): TemplateError {
    return new TemplateError(
      `The local cloud does not support ${what} in the regular expression ${this.pattern}`,
    );
  }
}

/** Returns `\s`, which in Java is only ASCII white space. */
function space(char: string, inClass: boolean): string {
  const set = "\\t\\n\\x0b\\f\\r ";
  if (inClass) {
    if (char === "S")
      throw new TemplateError("The local cloud does not support \\S in a character class");
    return set;
  }
  return `[${char === "S" ? "^" : ""}${set}]`;
}

function quoteRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/gu, (char) => (char === "-" ? "\\x2d" : `\\${char}`));
}

function readGroup(
  replacement: string,
  start: number,
  match: RegExpMatchArray,
): { text: string; length: number } {
  const named = /^\{([a-zA-Z][a-zA-Z0-9]*)\}/.exec(replacement.slice(start));
  if (named !== null) {
    const groups = match.groups ?? {};
    if (!Object.hasOwn(groups, named[1] ?? "")) throw illegal(`No group with name {${named[1]}}`);
    return { text: groups[named[1] ?? ""] ?? "", length: named[0].length };
  }
  const digits = /^\d+/.exec(replacement.slice(start))?.[0];
  if (digits === undefined) throw illegal("Illegal group reference");
  // Java reads further digits only while a group with that number exists.
  let length = 1;
  while (length < digits.length && Number(digits.slice(0, length + 1)) < match.length) length++;
  const group = Number(digits.slice(0, length));
  if (group >= match.length)
    throw new TemplateError(`IndexOutOfBoundsException: No group ${group}`);
  return { text: match[group] ?? "", length };
}

function illegal(message: string): TemplateError {
  return new TemplateError(`IllegalArgumentException: ${message}`);
}
