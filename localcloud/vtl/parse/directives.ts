import {
  type Block,
  type BreakDirective,
  type Expression,
  type IfDirective,
  type MacroArgument,
  type SetDirective,
  type Statement,
} from "../ast";
import { type Cursor } from "./cursor";
import { type Expressions } from "./expressions";
import { type Operands } from "./operands";
import { type References } from "./references";

/** A closing parenthesis also consumes the rest of a blank line, including the newline. */
const CLOSE = /\)(?:[ \t]*(?:\r\n|\n|\r))?/y;
const OPEN = /[ \t\r\n]*\(/y;
const SEPARATOR = /[ \t\r\n]*(?:,[ \t\r\n]*)?/y;
const WORD = /[a-zA-Z_@][a-zA-Z0-9_@]*/y;
const ELSE_IF = /#(?:elseif(?![a-zA-Z0-9_@])|\{elseif\})/y;
const ELSE = /#(?:else(?![a-zA-Z0-9_@])|\{else\})(?:[ \t]*(?:\r\n|\n|\r))?/y;
const END = /#(?:end(?![a-zA-Z0-9_@])|\{end\})(?:[ \t]*(?:\r\n|\n|\r))?/y;

/** Functions of the enclosing template parser that directives need. */
export interface Enclosing {
  /** Parses statements up to the next `#end`, `#else`, `#elseif` or the end of the text. */
  block(): Block;
  defineMacro(name: string, parameters: readonly string[], body: Block): void;
}

/** Parses directives that start with `#name`, each from after its name. */
export class Directives {
  constructor(
    private readonly cursor: Cursor,
    private readonly operands: Operands,
    private readonly references: References,
    private readonly expressions: Expressions,
    private readonly enclosing: Enclosing,
  ) {}

  /** Parses from after `#set(`. */
  set(): SetDirective {
    this.operands.skipWhitespace();
    const target = this.references.tryReference();
    if (target === undefined) throw this.cursor.unexpected("a reference to set");
    this.operands.skipWhitespace();
    this.cursor.expect("=");
    const value = this.expressions.expression();
    this.close();
    return { type: "set", target, value };
  }

  if(): IfDirective {
    const branches = [{ condition: this.condition(), body: this.enclosing.block() }];
    while (this.cursor.take(ELSE_IF)) {
      branches.push({ condition: this.condition(), body: this.enclosing.block() });
    }
    const otherwise = this.cursor.take(ELSE) ? this.enclosing.block() : [];
    this.end();
    return { type: "if", branches, otherwise };
  }

  foreach(start: number): Statement {
    const [variable, second, list] = this.requiredArguments("foreach");
    if (variable?.type !== "reference" || second === undefined || list?.type === "word") {
      throw this.cursor.fail("#foreach wants ($variable in $list)", start);
    }
    const body = this.closedBlock();
    // Velocity accepts `#foreach($x $y)` and loops over nothing.
    if (list === undefined) return { type: "text", text: "" };
    const position = this.cursor.positionOf(start);
    return { type: "foreach", variable: variable.root, list, body, position };
  }

  define(start: number): Statement {
    const [name, ...rest] = this.requiredArguments("define");
    if (name?.type !== "reference" || rest.length > 0) {
      throw this.cursor.fail("#define wants exactly one reference, its block name", start);
    }
    return { type: "define", name: name.root, body: this.closedBlock() };
  }

  macro(start: number): Statement {
    const [name, ...parameters] = this.requiredArguments("macro");
    if (name?.type !== "word") {
      throw this.cursor.fail(
        "First argument to #macro() must be a macro name without quotes",
        start,
      );
    }
    const names = parameters.map((parameter) =>
      parameter.type === "reference" ? parameter.root : "",
    );
    this.enclosing.defineMacro(name.word, names, this.closedBlock());
    return { type: "text", text: "" };
  }

  break(start: number): BreakDirective {
    const [scope, ...rest] = this.optionalArguments() ?? [];
    if (rest.length > 0 || scope?.type === "word") {
      throw this.cursor.fail("The #break directive only accepts a single scope object", start);
    }
    const position = this.cursor.positionOf(start);
    return { type: "break", position, ...(scope && { scope }) };
  }

  stop(start: number): Statement {
    if ((this.optionalArguments() ?? []).length > 1) {
      throw this.cursor.fail("The #stop directive only accepts a single message parameter", start);
    }
    return { type: "stop" };
  }

  /** Parses `#literal() ... #end`: the block is parsed as a template, but rendered as its source. */
  literal(): Statement {
    this.requiredArguments("literal");
    const start = this.cursor.offset;
    this.enclosing.block();
    const text = this.cursor.text.slice(start, this.cursor.offset);
    this.end();
    return { type: "text", text };
  }

  /**
   * Parses `#name(...)` and `#@name(...) ... #end` for macros that are defined before or after; otherwise it is plain
   * text.
   */
  macroCall(name: string, start: number, textBefore: string): Statement {
    const args = this.optionalArguments();
    const takesBody = name.startsWith("@") && args !== undefined;
    const body = takesBody ? { body: this.closedBlock() } : {};
    const source = textBefore + this.cursor.text.slice(start, this.cursor.offset);
    if (args === undefined && name.startsWith("@")) return { type: "text", text: source };
    const position = this.cursor.positionOf(start);
    const called = name.startsWith("@") ? name.slice(1) : name;
    return { type: "macroCall", name: called, arguments: args ?? [], source, position, ...body };
  }

  private condition(): Expression {
    if (!this.cursor.take(OPEN)) throw this.cursor.unexpected('"("');
    const condition = this.expressions.expression();
    this.close();
    return condition;
  }

  private requiredArguments(directive: string): MacroArgument[] {
    const found = this.optionalArguments();
    if (found === undefined) throw this.cursor.unexpected(`"(" after #${directive}`);
    return found;
  }

  private optionalArguments(): MacroArgument[] | undefined {
    if (!this.cursor.take(OPEN)) return undefined;
    const found: MacroArgument[] = [];
    for (;;) {
      const before = this.cursor.offset;
      this.cursor.take(SEPARATOR);
      const next = this.argument();
      if (next !== undefined) {
        found.push(next);
        continue;
      }
      this.cursor.offset = before;
      this.operands.skipWhitespace();
      this.close();
      return found;
    }
  }

  private argument(): MacroArgument | undefined {
    const value = this.operands.tryValue();
    if (value !== undefined) return value;
    const word = this.cursor.take(WORD)?.[0];
    return word === undefined ? undefined : { type: "word", word };
  }

  private closedBlock(): Block {
    const body = this.enclosing.block();
    this.end();
    return body;
  }

  private close(): void {
    if (!this.cursor.take(CLOSE)) throw this.cursor.unexpected('")"');
  }

  private end(): void {
    if (!this.cursor.take(END)) throw this.cursor.unexpected("#end");
  }
}
