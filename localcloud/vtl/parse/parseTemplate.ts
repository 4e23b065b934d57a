import {
  type Block,
  type Expression,
  type InterpolatedString,
  type Macro,
  type Statement,
  type Template,
} from "../ast";
import { TemplateError } from "../templateError";
import { Cursor } from "./cursor";
import { Directives } from "./directives";
import { Expressions } from "./expressions";
import { Operands } from "./operands";
import { References } from "./references";

const SET = /[ \t]*#(?:set|\{set\}) *\(/y;
const PLAIN = /[^$#\\]+/y;
const BACKSLASHES = /\\+/y;
const REFERENCE_AHEAD = /#?\\*\$/y;
const DOLLARS_BEFORE_HASH = /(?:\\*\$(?:\\*!)?)+(?=#)/y;
const DIRECTIVE = /#(?:([a-zA-Z_@][a-zA-Z0-9_@]*)|\{([a-zA-Z_][a-zA-Z0-9_@]*)\})/y;
const LINE_COMMENT = /##[^\r\n]*(?:\r\n|\n|\r)?/y;
const BLOCK_ENDS = new Set(["end", "else", "elseif"]);
const CONTROL = new Set([...BLOCK_ENDS, "if"]);
/** `#evaluate`, `#include` and `#parse` load or execute other text; they are refused with an error. */
const REFUSED = new Set(["evaluate", "include", "parse"]);
const NAMED = new Set([...REFUSED, "foreach", "macro", "define", "break", "stop", "literal"]);

/**
 * Parses a mapping template by the grammar of Apache Velocity 1.7, whose white-space rules differ from the current
 * Velocity: a closing parenthesis, `#else` and `#end` consume the rest of the line if it is blank. Throws
 * TemplateError with the line and column of a syntax error.
 */
export function parseTemplate(text: string): Template {
  const macros = new Map<string, Macro>();
  try {
    return { body: new TemplateParser(text, macros).template(), macros };
  } catch (error) {
    if (error instanceof RangeError) throw new TemplateError("The template nests too deeply", 1, 1);
    throw error;
  }
}

class TemplateParser {
  private readonly cursor: Cursor;
  private readonly references: References;
  private readonly directives: Directives;
  /** End of the last reference. The lexer still considers a `#set` directly after it as part of the reference. */
  private referenceEnd = -1;
  /** Offset of a `##` that is not a comment. */
  private textHashes = -1;

  constructor(
    text: string,
    private readonly macros: Map<string, Macro>,
  ) {
    this.cursor = new Cursor(text);
    this.references = new References(this.cursor);
    const operands = new Operands(this.cursor, this.references, (string, offset) =>
      this.interpolated(string, offset),
    );
    this.references.operands = operands;
    const expressions = new Expressions(this.cursor, operands);
    this.directives = new Directives(this.cursor, operands, this.references, expressions, {
      block: () => this.block(),
      defineMacro: (name, parameters, body) => this.defineMacro(name, parameters, body),
    });
  }

  template(): Block {
    const body = this.block();
    if (!this.cursor.atEnd) throw this.cursor.unexpected("<EOF>");
    return body;
  }

  private block(): Block {
    const statements: Statement[] = [];
    while (!this.cursor.atEnd && !this.atBlockEnd()) append(statements, this.statement());
    return statements;
  }

  private atBlockEnd(): boolean {
    const word = this.cursor.peek(DIRECTIVE);
    return word !== undefined && BLOCK_ENDS.has(word[1] ?? word[2] ?? "");
  }

  private statement(): Statement {
    const start = this.cursor.offset;
    if (this.cursor.take(SET)) return this.set(start);
    const plain = this.cursor.take(PLAIN);
    if (plain !== undefined) return text(plain[0]);
    const dollars = this.cursor.take(DOLLARS_BEFORE_HASH);
    if (dollars !== undefined) return this.hash(dollars[0]);
    if (this.cursor.peek(REFERENCE_AHEAD)) return this.reference();
    return this.cursor.startsWith("\\") ? this.backslashes() : this.hash("");
  }

  private set(start: number): Statement {
    const statement = this.directives.set();
    // Velocity 1.7 still uses the lexer state after a reference: `$x#set($y = 1)[` is a syntax error there.
    if (start === this.referenceEnd && this.cursor.startsWith("[")) {
      throw this.cursor.unexpected("a statement");
    }
    return statement;
  }

  private reference(): Statement {
    const found = this.references.referenceOrText();
    if (found.type === "text") return this.lone(found.text);
    this.referenceEnd = this.cursor.offset;
    // After a property, the lexer of Velocity 1.7 treats `##` as text: "$context.stage##x" keeps it.
    const isProperty = found.steps.at(-1)?.type === "property" && !found.source.endsWith("}");
    this.textHashes = isProperty && this.cursor.startsWith("##") ? this.cursor.offset : -1;
    return found;
  }

  /** Parses backslashes. They escape a reference or an existing directive; before anything else they are text. */
  private backslashes(): Statement {
    const slashes = this.cursor.take(BACKSLASHES)?.[0] ?? "";
    const word = this.cursor.peek(DIRECTIVE);
    if (word === undefined) return text(slashes);
    const half = "\\".repeat(slashes.length >> 1);
    if (slashes.length % 2 === 1) {
      this.cursor.take(DIRECTIVE);
      return text((this.isDirective(word[1] ?? word[2] ?? "") ? half : slashes) + word[0]);
    }
    return text(this.isHalvedBefore(word) ? half : slashes);
  }

  private isDirective(name: string): boolean {
    return name === "set" || CONTROL.has(name) || NAMED.has(name) || this.macros.has(name);
  }

  /**
   * Checks whether backslashes are halved: `\\#if` renders one; `\\#set(` and `\\#{foreach}` keep both, by the
   * grammar of 1.7.
   */
  private isHalvedBefore(word: RegExpExecArray): boolean {
    const [, plain, bracketed] = word;
    if (plain === undefined) return CONTROL.has(bracketed ?? "");
    return plain !== "set" && this.isDirective(plain);
  }

  /** Parses from a `#`; `before` are dollars directly before it, which are text only if it is not a directive. */
  private hash(before: string): Statement {
    const start = this.cursor.offset;
    if (this.cursor.startsWith("#[[")) return this.unparsed();
    if (start === this.textHashes) return text(this.cursor.take(/##/y)?.[0] ?? "");
    if (this.cursor.take(LINE_COMMENT)) return text(before);
    if (this.cursor.startsWith("#*")) return this.comment();
    const word = this.cursor.take(DIRECTIVE);
    if (word !== undefined) return this.directive(word[1] ?? word[2] ?? "", start, before);
    this.cursor.offset++;
    if (this.cursor.atEnd) throw this.cursor.fail("Lexical error: the template ends after a #");
    return this.lone(`${before}#`);
  }

  /** Returns a lone `$` or `#`, which Velocity drops if a `#set` (with optional blanks before it) follows. */
  private lone(sign: string): Statement {
    const isDropped = this.cursor.peek(SET) !== undefined && !sign.endsWith("{");
    return text(isDropped ? "" : sign);
  }

  private directive(name: string, start: number, before: string): Statement {
    if (REFUSED.has(name) && before === "") {
      throw this.cursor.fail(`#${name} is not available in API Gateway mapping templates`, start);
    }
    // Dollars directly before the `#` become part of the name, which affects all directives except #if and similar
    // ones.
    if (before !== "" && !CONTROL.has(name)) {
      return this.directives.macroCall(`#${name}`, start, before);
    }
    switch (name) {
      case "if":
        return this.directives.if();
      case "foreach":
        return this.directives.foreach(start);
      case "define":
        return this.directives.define(start);
      case "macro":
        return this.directives.macro(start);
      case "break":
        return this.directives.break(start);
      case "stop":
        return this.directives.stop(start);
      case "literal":
        return this.directives.literal();
      case "end":
      case "else":
      case "elseif":
        this.cursor.offset = start; // only after dollars, which Velocity drops before a directive
        return text("");
      default:
        return this.directives.macroCall(name, start, "");
    }
  }

  private unparsed(): Statement {
    const start = this.cursor.offset + "#[[".length;
    const end = this.cursor.text.indexOf("]]#", start);
    if (end === -1) throw this.cursor.fail("Lexical error: #[[ without ]]#");
    this.cursor.offset = end + "]]#".length;
    return text(this.cursor.text.slice(start, end));
  }

  /** Parses a comment. An unterminated one extends to the end of the template; only an empty one is an error. */
  private comment(): Statement {
    const start = this.cursor.offset + "#*".length;
    if (start === this.cursor.text.length) throw this.cursor.fail("Lexical error: #* without *#");
    const end = this.cursor.text.indexOf("*#", start);
    this.cursor.offset = end === -1 ? this.cursor.text.length : end + "*#".length;
    return text("");
  }

  /** Defines a macro. The first definition of a name wins; Velocity silently ignores later ones. */
  private defineMacro(name: string, parameters: readonly string[], body: Block): void {
    if (!this.macros.has(name)) this.macros.set(name, { name, parameters, body });
  }

  private interpolated(string: string, offset: number): Expression {
    // Velocity appends a space to the string before it parses it, so that it may end in `$`, and removes it from the
    // result.
    const padded = !string.includes("##");
    try {
      const body = new TemplateParser(padded ? `${string} ` : string, this.macros).template();
      const source = this.cursor.text.slice(offset, this.cursor.offset);
      return { type: "interpolated", body, padded, source } satisfies InterpolatedString;
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      throw this.cursor.fail(`Failed to parse the string: ${error.reason}`, offset);
    }
  }
}

function text(value: string): Statement {
  return { type: "text", text: value };
}

/** Appends a statement. Adjacent texts are merged, so that rendering is faster. */
function append(statements: Statement[], next: Statement): void {
  const last = statements.at(-1);
  if (next.type !== "text") statements.push(next);
  else if (last?.type === "text") statements[statements.length - 1] = text(last.text + next.text);
  else if (next.text !== "") statements.push(next);
}
