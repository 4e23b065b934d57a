import { type JavaNumber } from "./java/value";
import { type Position } from "./templateError";

/** What a template is made of, in the order it renders. */
export type Statement =
  | Text
  | Reference
  | SetDirective
  | IfDirective
  | ForeachDirective
  | DefineDirective
  | BreakDirective
  | StopDirective
  | MacroCall;

/** What has a value: operands, arguments and conditions. */
export type Expression =
  | Reference
  | StringLiteral
  | InterpolatedString
  | NumberLiteral
  | BooleanLiteral
  | ListLiteral
  | MapLiteral
  | RangeLiteral
  | Not
  | Binary;

export type Block = readonly Statement[];

export interface Text {
  readonly type: "text";
  readonly text: string;
}

/** `$x.y("a")[0]`, with everything its rendering needs besides the value. */
export interface Reference {
  readonly type: "reference";
  readonly root: string;
  readonly steps: readonly Step[];
  /** As written; what `"a" + $undefined` appends and what an escaped reference shows. */
  readonly source: string;
  /** Backslashes and dollars before the reference that render as themselves. */
  readonly prefix: string;
  /** `\$x`: an odd number of backslashes precedes it. */
  readonly escaped: boolean;
  readonly position: Position;
}

export type Step =
  | { readonly type: "property"; readonly name: string }
  | { readonly type: "method"; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly type: "index"; readonly index: Expression };

export interface SetDirective {
  readonly type: "set";
  readonly target: Reference;
  readonly value: Expression;
}

export interface IfDirective {
  readonly type: "if";
  readonly branches: readonly { readonly condition: Expression; readonly body: Block }[];
  readonly otherwise: Block;
}

export interface ForeachDirective {
  readonly type: "foreach";
  readonly variable: string;
  readonly list: Expression;
  readonly body: Block;
  readonly position: Position;
}

export interface DefineDirective {
  readonly type: "define";
  readonly name: string;
  readonly body: Block;
}

export interface BreakDirective {
  readonly type: "break";
  /** `#break($foreach.parent)`: the scope to leave; the nearest one when absent. */
  readonly scope?: Expression;
  readonly position: Position;
}

export interface StopDirective {
  readonly type: "stop";
}

export interface MacroCall {
  readonly type: "macroCall";
  readonly name: string;
  readonly arguments: readonly MacroArgument[];
  /** `#@name() ... #end`: what `$bodyContent` renders. */
  readonly body?: Block;
  /** As written: what renders when no such macro exists. */
  readonly source: string;
  readonly position: Position;
}

/** A bare word is no value: it is an error once the macro turns out to exist. */
export type MacroArgument = Expression | { readonly type: "word"; readonly word: string };

export interface Macro {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: Block;
}

export interface StringLiteral {
  readonly type: "string";
  readonly value: string;
  readonly source: string;
}

/** A double-quoted string that holds `$` or `#`: a template of its own. */
export interface InterpolatedString {
  readonly type: "interpolated";
  readonly body: Block;
  /** A blank was parsed behind the string; rendering cuts the last character off again. */
  readonly padded: boolean;
  readonly source: string;
}

export interface NumberLiteral {
  readonly type: "number";
  readonly value: JavaNumber;
  readonly source: string;
}

export interface BooleanLiteral {
  readonly type: "boolean";
  readonly value: boolean;
  readonly source: string;
}

export interface ListLiteral {
  readonly type: "list";
  readonly items: readonly Expression[];
  readonly source: string;
}

export interface MapLiteral {
  readonly type: "map";
  readonly entries: readonly { readonly key: Expression; readonly value: Expression }[];
  readonly source: string;
}

export interface RangeLiteral {
  readonly type: "range";
  readonly from: Expression;
  readonly to: Expression;
  readonly source: string;
}

export interface Not {
  readonly type: "not";
  readonly operand: Expression;
  readonly source: string;
}

export type BinaryOperator =
  "||" | "&&" | "==" | "!=" | "<" | ">" | "<=" | ">=" | "+" | "-" | "*" | "/" | "%";

export interface Binary {
  readonly type: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly source: string;
}

export interface Template {
  readonly body: Block;
  readonly macros: ReadonlyMap<string, Macro>;
}
