/** How a function uses a variable that it does not declare. */
export interface FreeVariable {
  /** It is the target of `=`, `+=`, `++`, a destructuring or a `for` loop somewhere inside. */
  assigned: boolean;
  /** The members that are used of it; undefined when the variable itself is used. */
  chains: Chain[] | undefined;
  /** What is made into text or a number on the spot (`${x.y}`, `x.y + 1`, `x.y < 1`). */
  converted: Chain[];
  /** What the function answers with, as it stands. */
  answered: Chain[];
  /** It is asked for with `typeof`: the code copes with a variable that does not exist. */
  isOptional: boolean;
}

/** `a.b.c()` of the variable a: the names b and c, of which the last is called. No names: the variable itself. */
export interface Chain {
  names: string[];
  invoked: boolean;
}

export interface Scope {
  names: Set<string>;
  parent?: Scope;
  /** How many functions it is inside of, counted from the one that is looked at. */
  depth: number;
}

/** Tells of one use of a variable in a scope. */
export type Use = (
  name: string,
  scope: Scope,
  how: {
    chain?: Chain;
    assigned?: boolean;
    converted?: boolean;
    answered?: boolean;
    isOptional?: boolean;
  },
) => void;
