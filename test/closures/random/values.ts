import type { Tape } from "./tape";

export const KEYS = ["k", "x", "y", "z", "2", "1", "name"];

/** A value of a random program. */
export type Value =
  | { kind: "primitive"; text: string }
  | { kind: "list"; items: Value[] }
  | FunctionValue
  | ObjectValue
  | ClassValue
  /** An Output: plain data behind get(). */
  | { kind: "output"; text: string };

export interface FunctionValue {
  kind: "function";
  form: "arrow" | "function" | "method" | "getter" | "async" | "generator";
  module: ProgramModule;
  /** The expressions of its answer, created when all declarations are known. */
  body: string;
}

/** A class with public and #private fields, methods, an accessor, and static members. */
export interface ClassValue {
  kind: "class";
  module: ProgramModule;
  /** What it extends, as an expression: a class of the same file, a class of JavaScript, or the result of a mixin. */
  parent: string;
  /** The value of its static field. */
  held: Value;
  /** The expressions of its methods, created when all declarations are known. */
  body: string;
}

export interface ObjectValue {
  kind: "object";
  members: Map<string, Value>;
  /** The names of the members in its literal; statements add the others. */
  literal: Set<string>;
  isFrozen: boolean;
}

/** One file of a program. */
export interface ProgramModule {
  index: number;
  /** Compiled from TypeScript, written by hand, or written by hand without "use strict". */
  style: "es" | "plain" | "sloppy";
  declarations: Declaration[];
  /** Statements that connect values: cycles, prototypes, flags. */
  links: string[];
}

export interface Declaration {
  name: string;
  value: Value;
  isExported: boolean;
  /** How it is created. */
  made: "literal" | "byConstructor" | "byMaker" | "declaredFunction" | "class";
}

const PRIMITIVES = ["1", '"s"', "-0", "null", "undefined", "true", "2n", '"t"', "NaN"];
/** Values that no callback may capture: refused by name when reached. */
const REFUSED = ["new Map([[1, 2]])", "new Date(0)", "Promise.resolve(1)", 'Symbol("s")'];
const DATA = ['"text"', "5", "[1, { x: 2 }]", '{ x: 1, y: { z: "deep" } }', "null"];

/** Creates values, and collects the functions, whose bodies are written last. */
export class ValueMaker {
  readonly functions: FunctionValue[] = [];
  readonly classes: ClassValue[] = [];

  constructor(private readonly tape: Tape) {}

  value(module: ProgramModule, depth: number): Value {
    const { tape } = this;
    const kind = tape.draw(depth > 2 ? 5 : 12);
    if (kind < 2) {
      const text = tape.chance(400) ? tape.pick(REFUSED) : tape.pick(PRIMITIVES);
      return { kind: "primitive", text };
    }
    if (kind < 5 || kind === 11) {
      const forms = [
        "arrow",
        "method",
        "arrow",
        "function",
        "getter",
        "async",
        "generator",
      ] as const;
      return this.function(module, tape.pick(forms));
    }
    if (kind === 5) {
      return { kind: "list", items: tape.times(0, 2, () => this.value(module, depth + 2)) };
    }
    return kind === 6 && tape.chance(4) ? this.output() : this.object(module, depth + 1);
  }

  function(module: ProgramModule, form: FunctionValue["form"]): FunctionValue {
    const made: FunctionValue = { kind: "function", form, module, body: "" };
    this.functions.push(made);
    return made;
  }

  class(module: ProgramModule): ClassValue {
    const { tape } = this;
    const known = module.declarations.filter(({ value }) => value.kind === "class");
    const parents = ["", "", "Error", "Array", ...known.map(({ name }) => `K${name}`)];
    const parent = tape.pick(parents);
    const mixed = parent !== "" && tape.chance(3) ? `mix(${parent}, ${tape.draw(9)})` : parent;
    const held = this.value(module, 2);
    const made: ClassValue = { kind: "class", module, parent: mixed, held, body: "" };
    this.classes.push(made);
    return made;
  }

  object(module: ProgramModule, depth: number): ObjectValue {
    const members = new Map<string, Value>();
    for (const key of this.tape.times(1, 3, () => this.tape.pick(KEYS))) {
      if (!members.has(key)) members.set(key, this.value(module, depth));
    }
    return { kind: "object", members, literal: new Set(members.keys()), isFrozen: false };
  }

  output(): Value {
    return { kind: "output", text: this.tape.pick(DATA) };
  }
}
