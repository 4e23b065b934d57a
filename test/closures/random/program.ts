import { ExpressionWriter } from "./expressions";
import { link } from "./links";
import { printProgram } from "./print";
import { Tape } from "./tape";
import {
  type Declaration,
  type FunctionValue,
  type ObjectValue,
  type ProgramModule,
  type Value,
  ValueMaker,
} from "./values";

/**
 * Returns the file texts of a random program: two to four modules that import each other, whose functions reach their
 * objects in any way, and a callback that uses them.
 */
export function randomProgram(numbers: readonly number[]): string[] {
  const tape = new Tape(numbers);
  const values = new ValueMaker(tape);
  const modules = tape.times(2, 2, (index): ProgramModule => {
    return { index, style: "es", declarations: [], links: [] };
  });
  const last = modules[modules.length - 1];
  for (const module of modules) {
    if (module !== last) module.style = tape.pick(["es", "es", "es", "plain", "sloppy"] as const);
    for (let i = 1 + tape.draw(3); i > 0; i -= 1) declare(tape, values, module);
  }
  for (const module of modules) link(tape, module, modules);
  const writer = new ExpressionWriter(tape, modules);
  const owners = ownersOf(modules);
  for (const value of values.classes)
    value.body = writer.list({ module: value.module, calls: true, isAsync: false }, 1, 1);
  for (const value of values.functions) {
    const hasSelf = value.form === "method" || value.form === "getter";
    value.body = writer.list(
      {
        module: value.module,
        self: hasSelf ? owners.get(value) : undefined,
        calls: value.form !== "getter",
        isAsync: value.form === "async",
      },
      1,
      1,
    );
  }
  return printProgram(modules, writer.list({ module: last, calls: true, isAsync: true }, 1, 3));
}

function declare(tape: Tape, values: ValueMaker, module: ProgramModule): void {
  const name = tape.pick(["a", "b", "shop", "conf", "item"]);
  if (module.declarations.some((one) => one.name === name)) return;
  module.declarations.push({
    name,
    ...madeSomehow(tape, values, module),
    isExported: tape.draw(3) !== 1,
  });
}

function madeSomehow(
  tape: Tape,
  values: ValueMaker,
  module: ProgramModule,
): Pick<Declaration, "value" | "made"> {
  const how = tape.draw(11);
  if (how >= 9) return { value: values.class(module), made: "class" };
  if (how === 3) {
    // A constructor function, with a method on its prototype.
    const method = values.function(module, "function");
    const members = new Map<string, Value>([
      ["k", { kind: "primitive", text: "7" }],
      ["m", method],
    ]);
    return { value: object(members), made: "byConstructor" };
  }
  if (how === 4) {
    // A closure over a variable of the function that created it.
    const members = new Map<string, Value>([
      ["get", values.function(module, "arrow")],
      ["held", values.object(module, 1)],
    ]);
    return { value: object(members), made: "byMaker" };
  }
  if (how === 1 || how === 5) {
    const form = tape.pick(["arrow", "function", "async", "generator"] as const);
    const made = form === "function" ? "declaredFunction" : "literal";
    return { value: values.function(module, form), made };
  }
  if (how === 8) return { value: values.output(), made: "literal" };
  return { value: values.object(module, 0), made: "literal" };
}

function object(members: Map<string, Value>): ObjectValue {
  return { kind: "object", members, literal: new Set(), isFrozen: false };
}

/** Maps each function to the object that it is a member of, which is `this` in a method. */
function ownersOf(modules: readonly ProgramModule[]): Map<FunctionValue, ObjectValue> {
  const owners = new Map<FunctionValue, ObjectValue>();
  const seen = new Set<Value>();
  const visit = (value: Value): void => {
    if (value.kind !== "object" || seen.has(value)) return;
    seen.add(value);
    for (const member of value.members.values()) {
      if (member.kind === "function" && !owners.has(member)) owners.set(member, value);
      visit(member);
    }
  };
  for (const { declarations } of modules) for (const { value } of declarations) visit(value);
  return owners;
}
