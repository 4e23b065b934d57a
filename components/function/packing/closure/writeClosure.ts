import type { AnyFunction } from "../captures/closureScope";
import { sourceOf } from "../captures/refusal";
import type { ClosureGraph } from "./closureGraph";
import type { Entry, FunctionEntry, ModuleEntry } from "./entries";
import { functionText } from "./functionText";
import { IMPORT_STAR, IMPORT_STAR_TEXT } from "../captures/moduleHelpers";
import { ModuleVariables } from "./moduleVariables";
import { OUTPUT_TEXT } from "../checks/outputUse";
import { functionKeys } from "./properties";
import { sharedValues } from "./sharedValues";
import { ValueWriter } from "./valueWriter";
import { wellKnown } from "../captures/wellKnown";

export interface WriteOptions {
  isFactory: boolean;
  specifierOf: (entry: ModuleEntry) => string;
}

/**
 * Writes a CommonJS module that exports the function as `handler`, with everything that it captures. First all
 * functions, each with its own variables; then the objects, whose literals may refer to the functions; then the parts
 * that no literal can contain; then the values of the functions' variables; finally everything that freezes objects.
 */
export function writeClosure(
  root: AnyFunction,
  graph: ClosureGraph,
  { isFactory, specifierOf }: WriteOptions,
): string {
  const entries = [...graph.entries];
  const functions = parentsFirst(
    entries.flatMap(([value, entry]) =>
      entry.kind === "function" && entry.value === value ? [entry] : [],
    ),
  );
  const variables = nameFunctions(entries, functions);
  const shared = sharedValues(graph);
  const objects = entries.filter(([value, { kind }]) => !NAMELESS.has(kind) && shared.has(value));
  objects.forEach(([value], i) => variables.set(value, `__o${i}`));

  const values = new ValueWriter(graph.entries, { variables, specifierOf });
  const modules = new ModuleVariables(graph, functions, specifierOf);
  const isStrict = functions.every(({ shape }) => shape.isStrict);
  const code = functions.map((entry) =>
    writeFunction(entry, values, modules.boundNames(entry), !isStrict),
  );
  // In reverse: values are mostly found before the values that they refer to, so few references have to be written
  // later.
  const literals = objects.reverse().map(([value, entry]) => values.declare(value, entry));
  for (const entry of functions) writeProperties(entry, values);
  const bindings = functions.flatMap((entry) => {
    const bound = modules
      .boundNames(entry)
      .map((name) => values.reference(entry.captured.get(name)));
    if (bound.length === 0) return [];
    return `${variables.get(entry.value)}_(${bound.length > 1 ? `[${bound.join(", ")}]` : bound[0]});`;
  });
  const body = [...code, ...literals, ...values.later, ...bindings, ...values.last];
  return [
    ...(isStrict ? ['"use strict";'] : []),
    ...(usesImportStar(functions, body) ? [`const ${IMPORT_STAR} = ${IMPORT_STAR_TEXT};`] : []),
    ...modules.requires(),
    ...(entries.some(([, { kind }]) => kind === "output") ? [OUTPUT_TEXT] : []),
    ...body,
    `exports.handler = ${variables.get(root)}${isFactory ? "()" : ""};\n`,
  ].join("\n");
}

/** Kinds that are written inline at every use. */
const NAMELESS: ReadonlySet<Entry["kind"]> = new Set([
  "function",
  "expression",
  "module",
  "export",
]);

/** Names the functions. A function that replaces another shares its variable. */
function nameFunctions(
  entries: readonly [unknown, Entry][],
  functions: readonly FunctionEntry[],
): Map<unknown, string> {
  const variables = new Map<unknown, string>();
  functions.forEach(({ value }, i) => variables.set(value, `__f${i}`));
  for (const [value, entry] of entries) {
    const name = entry.kind === "function" ? variables.get(entry.value) : undefined;
    if (name !== undefined) variables.set(value, name);
  }
  return variables;
}

/** Writes the function with the variables that it captured, and a second function that assigns these. */
function writeFunction(
  entry: FunctionEntry,
  values: ValueWriter,
  names: string[],
  isMixed: boolean,
): string {
  const variable = values.reference(entry.value);
  const parent = parentOf(entry);
  const parentText =
    parent === undefined ? undefined : (wellKnown(parent) ?? values.reference(parent));
  // The function's own variables may have the name of the parent's.
  const parameter = parent === undefined ? undefined : freeName(names, `${sourceOf(entry.value)}`);
  const text = functionText(entry, names.length > 0 ? parameter : parentText);
  const directive = isMixed && entry.shape.isStrict ? '"use strict"; ' : "";
  if (names.length === 0) {
    return `const ${variable} = ${directive ? `(() => { ${directive}return ${text}; })()` : text};`;
  }
  const given = freeName(names, "");
  const targets = names.length > 1 ? `[${names.join(", ")}]` : names[0];
  return (
    `const [${variable}, ${variable}_] = ((${parameter ?? ""}) => {\n  ${directive}let ${names.join(", ")};\n` +
    `  return [${text}, (${given}) => { ${targets} = ${given}; }];\n})(${parentText ?? ""});`
  );
}

function freeName(names: readonly string[], text: string): string {
  let name = "__v";
  while (names.includes(name) || text.includes(name)) name += "_";
  return name;
}

/** Sorts the functions so that each class comes after what it extends. */
function parentsFirst(functions: readonly FunctionEntry[]): FunctionEntry[] {
  const known = new Map(functions.map((entry) => [entry.value as unknown, entry]));
  const sorted = new Set<FunctionEntry>();
  const add = (entry: FunctionEntry): void => {
    const parent = known.get(parentOf(entry));
    if (parent && !sorted.has(parent)) add(parent);
    sorted.add(entry);
  };
  for (const entry of functions) add(entry);
  return [...sorted];
}

/** Returns what a class extends; undefined for nothing, and for a function. */
function parentOf({ value, shape }: FunctionEntry): unknown {
  return shape.class?.heritage && Object.getPrototypeOf(value);
}

function writeProperties(entry: FunctionEntry, values: ValueWriter): void {
  const { value, shape } = entry;
  const variable = values.reference(value);
  for (const key of functionKeys(value)) values.define(variable, value, key);
  const prototype: unknown = Object.getPrototypeOf(value);
  // A class extended its parent when it was declared, before another prototype of the parent was set.
  if (shape.class?.heritage) {
    if (parentOf(entry) && wellKnown(prototype) === undefined)
      values.later.push(
        `Object.setPrototypeOf(${variable}.prototype, ${values.reference(prototype)}.prototype);`,
      );
  } else if (wellKnown(prototype) === undefined) values.setPrototype(variable, prototype);
  values.close(variable, value);
}

function usesImportStar(functions: readonly FunctionEntry[], body: readonly string[]): boolean {
  const isNamed = functions.some(
    ({ shape, captured }) => shape.free.has(IMPORT_STAR) && !captured.has(IMPORT_STAR),
  );
  return isNamed || body.some((text) => text.includes(`${IMPORT_STAR}(require(`));
}
