import { type Expression } from "../ast";
import { type JavaValue } from "../java/value";

/** The names a part of a template sees. */
export interface Variables {
  get(name: string): JavaValue;
  set(name: string, value: JavaValue): void;
  remove(name: string): void;
  /** How the caller of the macro wrote the argument of this name, when it is no constant. */
  argumentSource(name: string): string | undefined;
}

/** The variables of a template: those of API Gateway are made when first asked for. */
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
 * What a macro sees: its arguments by name, evaluated anew at each use, and everything its caller sees.
 * A `#set` in a macro is seen by the macro first and by the caller as well.
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
