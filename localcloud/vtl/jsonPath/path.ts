import { type JavaValue } from "../java/value";

/** One step of a compiled JSONPath. */
export type PathStep =
  | { readonly type: "properties"; readonly names: readonly string[] }
  | { readonly type: "indexes"; readonly indexes: readonly number[] }
  | { readonly type: "slice"; readonly from?: number; readonly to?: number }
  | { readonly type: "wildcard" }
  | { readonly type: "scan" }
  | { readonly type: "filter"; readonly condition: Condition }
  | { readonly type: "function"; readonly name: PathFunction };

export type PathFunction = "length" | "min" | "max" | "avg" | "sum" | "stddev";

export interface Path {
  /** `$` is the document, `@` the item that a filter checks. */
  readonly root: "$" | "@";
  readonly steps: readonly PathStep[];
}

export type Condition =
  | { readonly type: "or" | "and"; readonly parts: readonly Condition[] }
  | { readonly type: "not"; readonly part: Condition }
  | { readonly type: "exists"; readonly path: Path }
  | {
      readonly type: "compare";
      readonly operator: string;
      readonly left: Operand;
      readonly right: Operand;
    };

export type Operand =
  | { readonly type: "literal"; readonly value: JavaValue }
  | { readonly type: "path"; readonly path: Path }
  | { readonly type: "pattern"; readonly pattern: RegExp };
