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
  /** Chains that the function returns directly. */
  answered: Chain[];
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

export interface Scope {
  names: Set<string>;
  parent?: Scope;
  /** Number of functions around it, counted from the function that is analyzed. */
  depth: number;
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
    answered?: boolean;
    isOptional?: boolean;
  },
) => void;

export function isDeclared(name: string, scope: Scope | undefined): boolean {
  for (let s = scope; s; s = s.parent) if (s.names.has(name)) return true;
  return false;
}
