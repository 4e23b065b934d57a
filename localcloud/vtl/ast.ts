import { type JavaNumber } from "./java/value";
import { type Position } from "./templateError";

/** The parts of a template in the order of rendering. */
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

/** Nodes with a value: operands, arguments and conditions. */
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

/** `$x.y("a")[0]`, with all data for its rendering except the value. */
export interface Reference {
  readonly type: "reference";
  readonly root: string;
  readonly steps: readonly Step[];
  /** Source text; `"a" + $undefined` appends it, and an escaped reference shows it. */
  readonly source: string;
  /** Backslashes and dollars before the reference that are rendered unchanged. */
  readonly prefix: string;
  /** True for `\$x`: an odd number of backslashes precedes it. */
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
  /** Block of `#@name() ... #end`, which `$bodyContent` renders. */
  readonly body?: Block;
  /** Source text, which is rendered if the macro does not exist. */
  readonly source: string;
  readonly position: Position;
}

/** A bare word is not a value: it is an error if the macro exists. */
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

/** A double-quoted string that contains `$` or `#`, which is parsed as a template. */
export interface InterpolatedString {
  readonly type: "interpolated";
  readonly body: Block;
  /** True if a space was appended to the string for parsing; rendering removes the last character again. */
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
