import type { Conversion } from "./conversions";

/** How a function uses a variable that it does not declare. */
export interface FreeVariable {
  /** Whether it is assigned anywhere inside: by `=`, `+=`, `++`, a destructuring or a `for` loop. */
  assigned: boolean;
  /** The members of it that are used; undefined if the variable itself is used. */
  chains: Chain[] | undefined;
  /** The members that `const { a } = x.y` reads. */
  destructured: Chain[];
  /** Chains that are converted on the spot: to text or a number (`${x.y}`, `x.y < 1`), to JSON, or to their parts. */
  converted: ConvertedChain[];
  /** Chains that are tested: by `if`, `!`, `? :`, `&&` or `||`. */
  tested: Chain[];
  /** Chains that the function returns directly, or in an object or list that it returns. */
  answered: AnsweredChain[];
  /** Whether it is tested with `typeof`: the code handles a missing variable. */
  isOptional: boolean;
}

/** `a.b.c()` of the variable a: the names b and c, of which the last is called. No names: the variable itself. */
export interface Chain {
  names: string[];
  invoked: boolean;
}

export interface ConvertedChain extends Chain {
  how: Conversion;
}

/** The function itself, or a function that it returns directly, as a factory does. */
export type Answerer = "itself" | "returned";

export interface AnsweredChain extends Chain {
  by: Answerer;
}

export interface Scope {
  names: Set<string>;
  parent?: Scope;
  /** Who answers with what a `return` here returns; absent in any other function. */
  answerer?: Answerer;
  /** Who answers with what a function at this place returns. */
  enters?: Answerer;
}

/** Called for each use of a variable, with the scope that it is used in. */
export type Use = (
  name: string,
  scope: Scope,
  how: {
    chain?: Chain;
    assigned?: boolean;
    destructured?: Chain;
    converted?: Conversion;
    answered?: Answerer;
    tested?: boolean;
    isOptional?: boolean;
  },
) => void;

export function isDeclared(name: string, scope: Scope | undefined): boolean {
  for (let s = scope; s; s = s.parent) if (s.names.has(name)) return true;
  return false;
}
