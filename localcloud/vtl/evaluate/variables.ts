import { type Expression } from "../ast";
import { type JavaValue } from "../java/value";

/** The variables that are visible in a part of a template. */
export interface Variables {
  get(name: string): JavaValue;
  set(name: string, value: JavaValue): void;
  remove(name: string): void;
  /** Returns the source text of a macro's argument with this name, unless it is a constant. */
  argumentSource(name: string): string | undefined;
}

/** The variables of a template. Those of API Gateway are created on first use. */
export class TemplateVariables implements Variables {
  private readonly values = new Map<string, JavaValue>();

  constructor(private readonly builtin: (name: string) => JavaValue) {}

  get(name: string): JavaValue {
    const value = this.values.get(name);
    if (value !== undefined) return value;
    const made = this.builtin(name);
    if (made !== null) this.values.set(name, made);
    return made;
  }

  set(name: string, value: JavaValue): void {
    this.values.set(name, value);
  }

  remove(name: string): void {
    this.values.set(name, null);
  }

  argumentSource(): undefined {
    return undefined;
  }
}

/**
 * The variables in a macro: its arguments by name, evaluated at each use, and all variables of its caller. A `#set`
 * in a macro changes the macro's view first, and the caller's too.
 */
export class MacroVariables implements Variables {
  private readonly locals = new Map<string, JavaValue>();
  private readonly passed = new Map<string, Expression>();

  constructor(
    private readonly caller: Variables,
    private readonly evaluate: (argument: Expression, caller: Variables) => JavaValue,
  ) {}

  pass(name: string, argument: Expression): void {
    const isConstant = argument.type === "number" || argument.type === "boolean";
    if (isConstant) this.locals.set(name, this.evaluate(argument, this.caller));
    else this.passed.set(name, argument);
  }

  passValue(name: string, value: JavaValue): void {
    this.locals.set(name, value);
  }

  get(name: string): JavaValue {
    const local = this.locals.get(name);
    if (local !== undefined && local !== null) return local;
    const argument = this.passed.get(name);
    return argument === undefined ? this.caller.get(name) : this.evaluate(argument, this.caller);
  }

  set(name: string, value: JavaValue): void {
    this.locals.set(name, value);
    this.caller.set(name, value);
  }

  remove(name: string): void {
    this.locals.delete(name);
    this.passed.delete(name);
    this.caller.remove(name);
  }

  argumentSource(name: string): string | undefined {
    return this.passed.get(name)?.source ?? this.caller.argumentSource(name);
  }
}
