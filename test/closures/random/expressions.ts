import type { Tape } from "./tape";
import {
  type FunctionValue,
  KEYS,
  type ObjectValue,
  type ProgramModule,
  type Value,
} from "./values";

export const NAMES = ["a", "b", "shop", "conf", "item"];

/** A value, and the expression with which a module reaches it. */
export interface Reached {
  text: string;
  value: Value;
}

/** Position of an expression. */
export interface Place {
  module: ProgramModule;
  /** The value of `this`. */
  self?: ObjectValue;
  /** Whether functions may be called: not in getters, which run whenever they are read. */
  calls: boolean;
  isAsync: boolean;
}

const PACKAGES = [
  'semver_1.valid("1.2.3")',
  '(0, semver_1.major)("4.0.0")',
  "typeof semver_1.SemVer",
  'path_1.join("a", "b")',
  "typeof fflate_1.zipSync",
  "[path_1.sep, typeof path_1]",
];

/** Returns everything that the code of a module can name. */
export function rootsOf(module: ProgramModule, modules: readonly ProgramModule[]): Reached[] {
  const own = module.declarations.map((one) => ({
    text: one.isExported && one.made !== "declaredFunction" ? `exports.${one.name}` : one.name,
    value: one.value,
  }));
  const others = modules.filter((other) => other !== module);
  const imported = others.flatMap(({ index, declarations }) =>
    declarations.flatMap(({ name, value, isExported }) =>
      isExported ? [{ text: `m${index}_1.${name}`, value }] : [],
    ),
  );
  return [...own, ...imported];
}

/** Follows some members, starting at a value. */
export function follow(tape: Tape, start: Reached, most: number): Reached {
  let { text, value } = start;
  for (let i = tape.draw(most + 1); i > 0 && value.kind === "object"; i -= 1) {
    const { members } = value;
    if (members.size === 0) break;
    const key = tape.pick([...members.keys()]);
    const dotted = tape.pick([`.${key}`, `.${key}`, `["${key}"]`, `?.${key}`]);
    text += /^\d/.test(key) ? `["${key}"]` : dotted;
    value = members.get(key) ?? value;
  }
  return { text, value };
}

/** Uses of an Output as if it were its value. */
function mistakes(output: string): string[] {
  return [
    `\`\${${output}}\``,
    `${output} + "!"`,
    `String(${output})`,
    `JSON.stringify(${output})`,
    `[${output}, 1].join()`,
    `${output}.x`,
    `${output}?.length`,
    `${output}[["x"].join("")]`,
    `(({ y }) => y)(${output})`,
    `(() => { const { z = 1 } = ${output}; return z; })()`,
    `[${output}].map((q) => q.apply((r) => r))`,
  ];
}

function properUses(output: string, { isAsync }: Place): string[] {
  return [
    `${output}.get()`,
    `${output}.get()`,
    `${output}.get()?.y`,
    `[${output}].map((q) => q.get())`,
    `(({ q }) => q.get())({ q: ${output} })`,
    `[typeof ${output}, ${output} === undefined, Array.isArray(${output})]`,
    isAsync ? `(await ${output}).get()` : `${output}?.get()`,
  ];
}

/** Writes expressions that use the declarations of a program. */
export class ExpressionWriter {
  /** Calls change objects, so that the second call sees the effects of the first. */
  private readonly writes: boolean;

  constructor(
    private readonly tape: Tape,
    private readonly modules: readonly ProgramModule[],
  ) {
    this.writes = tape.draw(2) === 1;
  }

  list(place: Place, least: number, more: number): string {
    return this.tape.times(least, more, () => this.wrapped(place)).join(", ");
  }

  /** Returns an expression, sometimes inside code that declares local names. */
  private wrapped(place: Place): string {
    const { tape } = this;
    const x = this.plain(place);
    // `await` and `this` would have other meanings inside a class or function.
    const inner = x.includes("await ") || x.includes("this") ? "0" : x;
    const name = tape.pick(NAMES);
    const wraps = [
      `((${name} = ${inner}, q = 1) => [q])()`,
      `[(() => { try { throw 1; } catch (${name}) { return 5; } })(), ${x}]`,
      `(() => { class C { static v = ${inner}; static { C.w = 1; } ${name} = 2; static s() { return this.v; } } return [C.s(), C.w, ${inner}]; })()`,
      `(() => { switch (1) { case 1: { let ${name} = 2; break; } } return ${inner}; })()`,
      `(() => { for (let ${name} = 0; false; ); for (const ${name} of []); return ${inner}; })()`,
      `(() => { const later = () => w; const w = ${inner}; return later(); })()`,
      `(() => { { var h = 1; let ${name} = h; } return [h, ${inner}]; })()`,
      `(function ${name}(...rest) { return [arguments.length, rest]; })(${x})`,
      `(() => { const { length: ${name} } = "abc"; return 3; })() + String(typeof ${x})`,
      `(() => { const [{ q = ${inner} }] = [{}]; return q; })()`,
      `(() => { outer: for (;;) { for (;;) break outer; } return ${inner}; })()`,
    ];
    const drawn = tape.draw(22);
    return drawn < wraps.length && drawn > 0 ? wraps[drawn] : x;
  }

  private plain(place: Place): string {
    const { tape } = this;
    if (tape.chance(25)) return tape.pick(PACKAGES);
    const roots = rootsOf(place.module, this.modules);
    const self: Reached[] = place.self ? [{ text: "this", value: place.self }] : [];
    const starts = [...roots, ...self, ...self];
    if (starts.length === 0) return "0";
    const reached = follow(tape, tape.pick(starts), 4);
    return this.use(reached, place);
  }

  private use({ text, value }: Reached, place: Place): string {
    const { tape } = this;
    switch (value.kind) {
      case "object":
        return this.useObject(text, place);
      case "list":
        return tape.pick([`${text}.length`, `${text}[0]`, `${text}?.map((q) => typeof q)`, text]);
      case "function":
        return this.useFunction(text, value, place);
      case "class":
        return this.useClass(text, place);
      case "output":
        // Sometimes a mistake, which must be refused or throw.
        return tape.chance(10) ? tape.pick(mistakes(text)) : tape.pick(properUses(text, place));
      default:
        return text;
    }
  }

  private useFunction(text: string, { form }: FunctionValue, place: Place): string {
    if (form === "getter") return text;
    if (!place.calls) return `typeof ${text}`;
    const call =
      form === "generator"
        ? `[...${text}(n - 1)]`
        : form === "async" && place.isAsync
          ? `await ${text}(n - 1)`
          : `${text}(n - 1)`;
    return this.tape.pick([call, call, text, `typeof ${text}`, `${text}.name`]);
  }

  private useClass(text: string, { calls }: Place): string {
    if (!calls) return `typeof ${text}`;
    const ending = "return [new B().m(n - 1), new B().f, B.made, B.s(n - 1), B.name];";
    const own = "#q = 5; static z = 6; m(n) { return [this.#q, super.m(n - 1)]; }";
    return this.tape.pick([
      `new ${text}().m(n - 1)`,
      `new ${text}().p`,
      `(new ${text}() instanceof ${text})`,
      `${text}.s(n - 1)`,
      `[${text}.name, ${text}.made, ${text}.step, ${text}.length]`,
      `${text}.held`,
      `Object.getOwnPropertyNames(${text}.prototype)`,
      `(() => { class B extends ${text} { ${own} } ${ending} })()`,
      `(() => { const B = class extends ${text} { ${own} }; ${ending} })()`,
      `(() => { class B extends mix(${text}, 8) { g = super.p; } ${ending} })()`,
      `(() => { class A extends ${text} {} class B extends A { static { B.made++; } } ${ending} })()`,
    ]);
  }

  private useObject(text: string, place: Place): string {
    const { tape } = this;
    const key = tape.pick(KEYS);
    const isThis = text === "this";
    if (this.writes && !isThis && tape.chance(6)) return this.write(text, place);
    const namespace = /^m\d_1\b/.exec(text)?.[0];
    if (namespace && tape.chance(60)) return `Object.keys(${namespace})`;
    const target = /^\d/.test(key) ? `"${key}": q` : `${key}: q`;
    const uses = [
      isThis ? "0" : text,
      `Object.keys(${text})`,
      `{ ...${text} }`,
      `(({ ${target} }) => q)(${text})`,
      `("${key}" in ${text})`,
      `${text}.hasOwnProperty?.("${key}")`,
      `Object.isFrozen(${text})`,
      `${text}["${key}"]?.length`,
      `Object.values(${text}).length`,
      `(typeof ${text}["${key}"] === "object")`,
    ];
    return tape.pick(uses);
  }

  /** A strict write to a frozen object throws; code without "use strict" is compared without it. */
  private write(text: string, { module }: Place): string {
    const key = this.tape.pick(KEYS);
    if (module.style === "sloppy") return `Reflect.set(${text} ?? {}, "${key}", n)`;
    const target = text.replaceAll("?.", ".");
    return `((v) => { try { ${target}["${key}"] = v; return "set"; } catch (e) { return e.name; } })(n)`;
  }
}
