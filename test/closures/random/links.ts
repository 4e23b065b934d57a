import { follow, type Reached, rootsOf } from "./expressions";
import type { Tape } from "./tape";
import {
  type FunctionValue,
  KEYS,
  type ObjectValue,
  type ProgramModule,
  type Value,
} from "./values";

/** Connects the values of a module with statements: cycles and aliases, prototypes, flags, properties of functions. */
export function link(tape: Tape, module: ProgramModule, modules: readonly ProgramModule[]): void {
  // Only the last module can rely on the others being loaded.
  const isLast = module === modules[modules.length - 1];
  const roots = rootsOf(module, modules).filter(({ text }) => isLast || !text.startsWith("m"));
  if (roots.length === 0) return;
  for (let i = tape.draw(4); i > 0; i -= 1) {
    const to = follow(tape, tape.pick(roots), 2);
    const from = follow(tape, tape.pick(roots), 2);
    if (to.value.kind !== "object" || to.text.includes("?")) continue;
    const statement = statementFor(tape, to as Reached & { value: ObjectValue }, from, module);
    if (statement) module.links.push(`try { ${statement} } catch {}`);
  }
}

function statementFor(
  tape: Tape,
  { text, value }: Reached & { value: ObjectValue },
  from: Reached,
  module: ProgramModule,
): string | undefined {
  const source = from.text.replaceAll("?.", ".");
  const key = tape.pick(KEYS);
  const add = (name: string, member: Value, statement: string): string | undefined => {
    if (value.isFrozen || isGetter(value.members.get(name))) return undefined;
    value.members.set(name, member);
    return statement;
  };
  const flags = "enumerable: false, configurable: true";
  const accessors = "get() { return [this && 1]; }, set(v) { void v; }";
  switch (tape.draw(11)) {
    case 6:
      value.isFrozen = true;
      return `Object.${tape.pick(["freeze", "freeze", "seal", "preventExtensions"])}(${text});`;
    case 7:
      return from.value.kind === "object"
        ? `Object.setPrototypeOf(${text}, ${source});`
        : undefined;
    case 8:
      return propertyOfFunction(module, from, source);
    case 9:
      return isGetter(from.value)
        ? undefined
        : add(
            "hid",
            from.value,
            `Object.defineProperty(${text}, "hid", { value: ${source}, ${flags} });`,
          );
    case 10:
      return add(
        "acc",
        { kind: "primitive", text: "" },
        `Object.defineProperty(${text}, "acc", { ${accessors}, enumerable: true, configurable: true });`,
      );
    default:
      return isGetter(from.value)
        ? undefined
        : add(key, from.value, `${text}["${key}"] = ${source};`);
  }
}

function propertyOfFunction(
  module: ProgramModule,
  from: Reached,
  source: string,
): string | undefined {
  const found = module.declarations.find(({ value }) => ["class", "function"].includes(value.kind));
  if (!found || isGetter(from.value)) return undefined;
  const isExport = found.isExported && found.made !== "declaredFunction";
  return `${isExport ? `exports.${found.name}` : found.name}.step = ${source};`;
}

function isGetter(value: Value | undefined): boolean {
  return value?.kind === "function" && (value as FunctionValue).form === "getter";
}
