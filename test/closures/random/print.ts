import type {
  ClassValue,
  Declaration,
  FunctionValue,
  ObjectValue,
  ProgramModule,
  Value,
} from "./values";

/** Returns the text of each file; the last one exports the callback as `__callback`. */
export function printProgram(modules: readonly ProgramModule[], callback: string): string[] {
  return modules.map((module, i) =>
    [
      module.style === "sloppy" ? "" : `"use strict";`,
      module.style === "es" ? `Object.defineProperty(exports, "__esModule", { value: true });` : "",
      PACKAGES,
      ...module.declarations.map(printDeclaration),
      ...modules.filter((other) => other !== module).map((other) => printImport(other, module)),
      ...module.links,
      i === modules.length - 1 ? `exports.__callback = async (n) => [${callback}];` : "",
    ].join("\n"),
  );
}

const PACKAGES = `
const { output: __output, importStar: __importStar } = require("helpers");
const semver_1 = __importStar(require("semver"));
const path_1 = require("node:path");
const fflate_1 = require("fflate");
const mix = (Parent, held) => class extends Parent {
  mixed = [held];
  m(n) { return n <= 0 ? 0 : [held, super.m?.(n - 1)]; }
};`;

/** Under esModuleInterop TypeScript copies a module that it has not compiled; later modules are not loaded yet. */
function printImport({ index, style }: ProgramModule, from: ProgramModule): string {
  const required = `require("./m${index}.js")`;
  const isCopied = style !== "es" && index < from.index;
  return `const m${index}_1 = ${isCopied ? `__importStar(${required})` : required};`;
}

function printDeclaration({ name, value, isExported, made }: Declaration): string {
  const left = isExported ? `exports.${name} =` : `const ${name} =`;
  if (made === "declaredFunction" && value.kind === "function") {
    const exported = isExported ? ` exports.${name} = ${name};` : "";
    return `${printFunction(value, name)}${exported}`;
  }
  if (value.kind === "class") return `${printClass(value, `K${name}`)} ${left} K${name};`;
  if (made === "byConstructor" && value.kind === "object") {
    const method = value.members.get("m") as FunctionValue;
    return (
      `function C${name}() { this.k = 7; } ` +
      `C${name}.prototype.m = function (n) { return n <= 0 ? 0 : [this.k, ${method.body}]; }; ` +
      `${left} new C${name}();`
    );
  }
  if (made === "byMaker" && value.kind === "object") {
    const get = value.members.get("get") as FunctionValue;
    const held = printValue(value.members.get("held") as Value);
    return `${left} ((v) => ({ get: (n) => (n <= 0 ? 0 : [${get.body}, v, Object.keys(v)]), held: v }))(${held});`;
  }
  return `${left} ${printValue(value)};`;
}

function printValue(value: Value, inside: ReadonlySet<ObjectValue> = new Set()): string {
  switch (value.kind) {
    case "primitive":
      return value.text;
    case "output":
      return `__output(${value.text})`;
    case "list":
      return `[${value.items.map((item) => printValue(item, inside)).join(", ")}]`;
    case "function":
      return printFunction(value, "");
    case "class":
      return printClass(value, "");
    case "object": {
      const deeper = new Set([...inside, value]);
      const members = [...value.literal].map((key) =>
        printMember(key, value.members.get(key) as Value, deeper),
      );
      return `{ ${members.join(", ")} }`;
    }
  }
}

function printClass({ parent, held, body }: ClassValue, name: string): string {
  return `class ${name}${parent && ` extends ${parent}`} {
  static held = ${printValue(held)};
  static { this.made = 2; }
  static s(n) { return n <= 0 ? 0 : [this.made, super.s?.(n - 1), ${body}]; }
  f = 3;
  #p = 4;
  get p() { return this.#p; }
  set p(v) { this.#p = v; }
  m(n) { return n <= 0 ? 0 : [this.f, this.#p++, super.m?.(n - 1), ${body}]; }
}`;
}

function printMember(key: string, value: Value, inside: ReadonlySet<ObjectValue>): string {
  if (value.kind === "object" && inside.has(value)) return `"${key}": 0`;
  if (value.kind !== "function") return `"${key}": ${printValue(value, inside)}`;
  const { form, body } = value;
  if (form === "getter") return `get "${key}"() { return [${body}]; }`;
  if (form === "method") return `"${key}"(n) { return n <= 0 ? 0 : [${body}]; }`;
  return `"${key}": ${printFunction(value, "")}`;
}

function printFunction({ form, body }: FunctionValue, name: string): string {
  const answer = `{ return n <= 0 ? 0 : [${body}]; }`;
  if (form === "generator") return `function* ${name}(n) { if (n > 0) yield* [${body}]; }`;
  if (name !== "") return `${form === "async" ? "async " : ""}function ${name}(n) ${answer}`;
  if (form === "function") return `function (n) ${answer}`;
  return `${form === "async" ? "async " : ""}(n) => (n <= 0 ? 0 : [${body}])`;
}
